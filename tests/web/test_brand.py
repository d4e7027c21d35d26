"""The brand: checked, and readable whatever the shop chose."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checkout_kit.errors import ConfigurationError
from checkout_kit.web.brand import Brand
from checkout_kit.web.colours import Colour
from tests.web.conftest import make_app
from tests.web.fake_desk import TOKEN, FakeDesk, desk_for


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("accent", "red"),
        ("accent", "#12345"),
        ("accent", "#fff; } body { display: none"),
        ("side_dark", 12),
        ("radius", "12px"),
        ("radius", 25),
        ("radius", True),
        ("logo_url", "https://cdn.example/logo.svg"),
        ("logo_url", "//cdn.example/logo.svg"),
        ("logo_url", "/\\cdn.example"),
        ("logo_url", "/logo.svg\n"),
        ("support_url", "javascript:alert(1)"),
        ("support_url", "mailto:"),
        ("name", ""),
        ("name", "x" * 61),
        ("name", "a\u202eb"),
        ("colour", "#fff"),
    ],
)
def test_wrong_settings_name_their_key(key: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Brand.from_config({key: value})
    assert caught.value.key == f"CHECKOUT_KIT_BRAND.{key}"


@pytest.mark.parametrize(
    "colour", ["#000", "#ffffff", "#ffe600", "#777777", "#ff0000", "#00d4ff", "#3347d6"]
)
def test_any_colour_stays_readable(colour: str) -> None:
    brand = Brand.from_config({"accent": colour, "side": colour, "side_dark": colour})
    blocks = brand.to_css().split("@media")
    for block, ground in zip(blocks, ("#ffffff", "#0f1116"), strict=True):
        found = {
            name: Colour.parse(value)
            for name, value in re.findall(r"--ck-([a-z-]+): (#[0-9a-f]{6});", block)
        }
        assert found["on-accent"].contrast(found["accent"]) >= 4.5
        assert found["accent-text"].contrast(Colour.parse(ground)) >= 4.5
        assert found["side-text"].contrast(found["side"]) >= 4.5
        assert found["side-muted"].contrast(found["side"]) >= 4.5


def test_contrast_is_as_wcag_counts_it() -> None:
    white, black = Colour.parse("#fff"), Colour.parse("#000000")
    assert round(white.contrast(black), 2) == 21
    assert round(Colour.parse("#767676").contrast(white), 2) == 4.54


def test_the_brand_is_on_the_page() -> None:
    brand = Brand.from_config(
        {
            "name": "Tee & Söhne",
            "logo_url": "/static/logo.svg",
            "support_url": "mailto:help@shop.example",
            "accent": "#0a7",
        }
    )
    client = make_app(desk_for("pay_memo"), brand=brand).test_client()
    html = client.get(f"/checkout/{TOKEN}").text
    assert (
        '<img class="brand-logo" src="/static/logo.svg" alt="Tee &amp; Söhne"' in html
    )
    assert 'href="mailto:help@shop.example"' in html
    answer = client.get(f"/checkout/brand.css?v={brand.version}")
    assert answer.mimetype == "text/css"
    assert "--ck-accent: #00aa77;" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert f"/checkout/brand.css?v={brand.version}" in html


def test_without_a_name_the_shops_host_is_shown() -> None:
    app = make_app(FakeDesk(desk_for("paid").checkouts), brand=Brand())
    assert "shop.example" in app.test_client().get(f"/checkout/{TOKEN}").text
