"""The catalogue: what Umberfold sells, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf; ``net_amount`` is its price before tax, in USD.

    ``stock`` is what a new shop begins with; what is left is counted in the database.
    """

    slug: str
    name: str
    tagline: str
    description: str
    facts: tuple[str, ...]
    picture_alt: str
    net_amount: Decimal
    stock: int

    @property
    def picture(self) -> str:
        """The picture's path below ``static``."""
        return f"products/{self.slug}.svg"


_PRODUCTS = (
    Product(
        "tide-mug",
        "Tide Mug",
        "Dipped twice, like the shore",
        "A generous mug with a thumb rest where you want it. The glaze is poured "
        "by hand in two tides, so the line where they meet is never the same.",
        ("Holds 350 ml", "Dishwasher safe", "Speckled stoneware"),
        "A cream mug dipped in two shades of blue glaze, steam rising from it",
        Decimal("28.00"),
        40,
    ),
    Product(
        "dune-bowl",
        "Dune Bowl",
        "For soup, salad and second helpings",
        "Wide, calm and a little heavier than it looks. Sand from the river bend "
        "is wedged into the clay and comes through the glaze as freckles.",
        ("21 cm across", "Oven safe to 220 °C", "Ochre matt glaze"),
        "A wide ochre bowl with freckles on a small foot",
        Decimal("36.00"),
        25,
    ),
    Product(
        "moss-vase",
        "Moss Bud Vase",
        "One stem is plenty",
        "A narrow neck holds a single branch upright for weeks. The green breaks "
        "to brown at the shoulder, where the glaze runs thin.",
        ("24 cm tall", "Watertight", "Breaking moss glaze"),
        "A green bottle vase with one budding branch",
        Decimal("42.00"),
        18,
    ),
    Product(
        "ember-teapot",
        "Ember Teapot",
        "Pours without a drip",
        "Six evenings at the wheel went into this spout. Unglazed outside, so that "
        "it darkens with your tea; glazed inside, so that it rinses clean.",
        ("Holds 900 ml", "Built-in strainer", "Terracotta body"),
        "A round terracotta teapot with a wooden handle",
        Decimal("96.00"),
        8,
    ),
    Product(
        "chalk-plates",
        "Chalk Plates",
        "A pair, for two who stay long",
        "Thrown thin with a raised rim and one loose brush line around it. They "
        "stack without a sound.",
        ("Set of two, 26 cm", "Microwave safe", "Satin white glaze"),
        "Two white plates seen from above, with a blue brush line and a sage leaf",
        Decimal("54.00"),
        20,
    ),
    Product(
        "pebble-cups",
        "Pebble Cups",
        "Two espressos, no handles",
        "Small enough to close a hand around. Each one is pressed once with the "
        "thumb while still soft: that is where yours goes.",
        ("Set of two, 90 ml", "Dishwasher safe", "Grey and rose slip"),
        "Two small cups without handles, one grey and one rose, stacked askew",
        Decimal("32.00"),
        30,
    ),
    Product(
        "fern-planter",
        "Fern Planter",
        "Breathes, so that roots can",
        "Unglazed below the line and open at the foot, with a saucer that fits. "
        "Ferns like it. So, we hear, do basil and patience.",
        ("16 cm across", "Saucer included", "Drainage hole"),
        "A two-tone planter with a fern growing out of it",
        Decimal("48.00"),
        16,
    ),
    Product(
        "harbour-light",
        "Harbour Light",
        "A small lighthouse for the table",
        "A windproof candle holder, cut while leather-hard. Its windows throw a "
        "slow, warm pattern on the wall.",
        ("14 cm tall", "For tea lights", "Cut by hand"),
        "A dark blue candle holder with cut windows and warm light inside",
        Decimal("24.00"),
        3,
    ),
)

PRODUCTS: Mapping[str, Product] = {product.slug: product for product in _PRODUCTS}
