"""Charges: what a checkout asks for, item by item, and the total that follows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money, parse_decimal
from checkout_kit.errors import AmountError, CheckoutKitError, InputError

MAX_DESCRIPTION = 200
MAX_PRODUCT_ID = 20
MAX_ITEMS = 500
MAX_QUANTITY = 1_000_000


def check_text(field: str, text: object, *, maximum: int, blank: bool = False) -> str:
    """Refuse text that is missing, too long, or holds control or direction characters.

    Invisible direction marks could make a page show another text than the one that
    was meant (Trojan Source).

    :raises InputError: naming ``field``.
    """
    if not isinstance(text, str):
        raise InputError(field, "must be text")
    if not blank and not text.strip():
        raise InputError(field, "must not be empty")
    if len(text) > maximum:
        raise InputError(field, f"is longer than {maximum} characters")
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Zl", "Zp") or character in _DIRECTION_MARKS:
            raise InputError(field, "holds a control character")
    return text


_DIRECTION_MARKS = frozenset(
    "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff"
)


@dataclass(frozen=True, slots=True)
class LineItem:
    """A product or service, with its net price each (in the charge's currency)."""

    description: str
    net_amount: Decimal
    quantity: int
    product_id: str | None

    def __init__(
        self,
        description: str,
        net_amount: Decimal | int | str,
        quantity: int = 1,
        product_id: str | None = None,
    ) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        if not isinstance(quantity, int) or isinstance(quantity, bool):
            raise InputError("quantity", "must be a whole number")
        if not 1 <= quantity <= MAX_QUANTITY:
            raise InputError("quantity", f"must be from 1 to {MAX_QUANTITY}")
        if product_id is not None:
            check_text("productId", product_id, maximum=MAX_PRODUCT_ID)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))
        object.__setattr__(self, "quantity", quantity)
        object.__setattr__(self, "product_id", product_id)


@dataclass(frozen=True, slots=True)
class DiscountItem:
    """What is taken off; the amount is positive."""

    description: str
    net_amount: Decimal

    def __init__(self, description: str, net_amount: Decimal | int | str) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))


@dataclass(frozen=True, slots=True)
class ShippingCostItem:
    """What shipping or handling costs, and whether it is taxed."""

    description: str
    net_amount: Decimal
    taxable: bool

    def __init__(
        self,
        description: str,
        net_amount: Decimal | int | str,
        taxable: bool = False,
    ) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        if not isinstance(taxable, bool):
            raise InputError("taxable", "must be true or false")
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))
        object.__setattr__(self, "taxable", taxable)


@dataclass(frozen=True, slots=True)
class TaxItem:
    """A tax; ``percent`` is in decimal notation, 0.0825 for 8.25 %."""

    name: str
    percent: Decimal

    def __init__(self, name: str, percent: Decimal | int | str) -> None:
        check_text("name", name, maximum=MAX_DESCRIPTION)
        rate = parse_decimal(percent, field="percent")
        if not 0 <= rate <= 10:
            raise AmountError(
                "percent", "must be from 0 to 10 in decimal notation (0.0825 is 8.25 %)"
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "percent", rate)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a checkout asks for.

    Totals follow the formula of COINQVEST's API document (POST /checkout, PRO tip #3),
    rounded half-up to the currency's minor units once, at the end. Taxes add up, they
    don't compound. A charge whose total is not positive can't be made.

    :raises InputError: naming the item and field that can't be accepted.
    """

    currency: Currency
    line_items: tuple[LineItem, ...]
    discount_items: tuple[DiscountItem, ...]
    shipping_cost_items: tuple[ShippingCostItem, ...]
    tax_items: tuple[TaxItem, ...]
    # Computed once, for they are asked for again and again.
    #: The sum of the line items, before discounts, shipping and tax.
    subtotal: Money = field(init=False, repr=False, compare=False)
    #: Line items less discounts plus shipping, before tax.
    net: Money = field(init=False, repr=False, compare=False)
    #: What the buyer has to pay.
    total: Money = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        currency: Currency | str,
        line_items: Sequence[LineItem],
        discount_items: Sequence[DiscountItem] = (),
        shipping_cost_items: Sequence[ShippingCostItem] = (),
        tax_items: Sequence[TaxItem] = (),
    ) -> None:
        if not isinstance(currency, Currency):
            currency = Currency.parse(currency, field_name="charge.currency")
        object.__setattr__(self, "currency", currency)
        object.__setattr__(self, "line_items", tuple(line_items))
        object.__setattr__(self, "discount_items", tuple(discount_items))
        object.__setattr__(self, "shipping_cost_items", tuple(shipping_cost_items))
        object.__setattr__(self, "tax_items", tuple(tax_items))
        self._check()

    def _check(self) -> None:
        if not self.line_items:
            raise InputError("charge.lineItems", "must hold at least one item")
        # Every amount is a whole number of minor units, so that sums are of integers.
        prices = self._units("lineItems", self.line_items, LineItem)
        discounts = sum(self._units("discountItems", self.discount_items, DiscountItem))
        shipping = self._units(
            "shippingCostItems", self.shipping_cost_items, ShippingCostItem
        )
        self._check_kind("taxItems", self.tax_items, TaxItem)
        lines = sum(
            price * item.quantity
            for price, item in zip(prices, self.line_items, strict=True)
        )
        if discounts > lines:
            raise AmountError(
                "charge.discountItems", "add up to more than the line items"
            )
        taxable = sum(
            cost
            for cost, item in zip(shipping, self.shipping_cost_items, strict=True)
            if item.taxable
        )
        goods = lines - discounts
        try:
            # The subtotal too: discounts could hide that it can't be shown.
            subtotal = Money.from_minor_units(lines, self.currency)
            net = Money.from_minor_units(goods + sum(shipping), self.currency)
            total = self._with_tax(net, goods + taxable)
        except CheckoutKitError:
            raise AmountError("charge", "the total is out of bounds") from None
        object.__setattr__(self, "subtotal", subtotal)
        object.__setattr__(self, "net", net)
        object.__setattr__(self, "total", total)
        if total.amount <= 0:
            raise AmountError("charge", "the total must be more than zero")

    def _units(
        self,
        name: str,
        items: Sequence[LineItem | DiscountItem | ShippingCostItem],
        kind: type,
    ) -> list[int]:
        """The net amounts of items in minor units, each checked."""
        self._check_kind(name, items, kind)
        units = []
        for position, item in enumerate(items):
            try:
                units.append(Money(item.net_amount, self.currency).minor_units)
            except AmountError as err:
                where = f"charge.{name}[{position}].netAmount"
                raise AmountError(where, err.problem) from None
        return units

    def _check_kind(self, name: str, items: Sequence[object], kind: type) -> None:
        if len(items) > MAX_ITEMS:
            raise InputError(f"charge.{name}", f"holds more than {MAX_ITEMS} items")
        for position, item in enumerate(items):
            if not isinstance(item, kind):
                where = f"charge.{name}[{position}]"
                raise InputError(where, f"must be a {kind.__name__}")

    def _with_tax(self, net: Money, taxable: int) -> Money:
        if not self.tax_items:
            return net
        rate = sum((Fraction(item.percent) for item in self.tax_items), Fraction(0))
        units = net.minor_units * rate.denominator + taxable * rate.numerator
        exact = Fraction(units, rate.denominator * 10**self.currency.decimals)
        return Money.round_half_up(exact, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in the total; total less net, so that the lines shown add up."""
        return self.total - self.net

    def line_total(self, item: LineItem) -> Money:
        """What one line comes to: its net amount times its quantity."""
        return Money(item.net_amount, self.currency) * item.quantity


def _net_amount(value: Decimal | int | str) -> Decimal:
    amount = parse_decimal(value, field="netAmount")
    if amount < 0:
        raise AmountError("netAmount", "must not be negative")
    return amount
