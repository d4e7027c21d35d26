"""Flask-Babel: the shop's own words and locale, beside the kit's catalogues."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import flask_babel
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, request

from tests.embedding.little_shop import LittleShop

_GERMAN = {
    "Umbrellas, all black": "Regenschirme, alle schwarz",
    # A word of the kit's that this shop says in its own way.
    "How would you like to pay?": "Wie wird bezahlt, bitte?",
}


@pytest.fixture
def shop(opened: Callable[..., LittleShop], tmp_path: Path) -> LittleShop:
    """A shop with a German catalogue of its own; its locale is in a header."""
    folder = tmp_path / "translations" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="de")
    for words, translated in _GERMAN.items():
        catalog.add(words, translated)
    file = BytesIO()
    write_mo(file, catalog)
    (folder / "messages.mo").write_bytes(file.getvalue())

    def with_babel(app: Flask) -> None:
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path / "translations")
        flask_babel.Babel(
            app, locale_selector=lambda: request.headers.get("X-Locale", "en")
        )

        def show_greeting() -> str:
            return str(flask_babel.gettext("Umbrellas, all black"))

        app.add_url_rule("/greeting", view_func=show_greeting)

    return opened(before=with_babel)


def test_page_and_shop_speak_the_language_that_the_shop_chose(shop: LittleShop) -> None:
    made = shop.buy()
    german = {"X-Locale": "de"}
    page = shop.show(made, headers=german).text
    assert '<html lang="de"' in page
    assert "Bestellung" in page, "the kit's own catalogue is not used"
    assert _GERMAN["How would you like to pay?"] in page
    greeting = shop.app.test_client().get("/greeting", headers=german)
    assert greeting.text == _GERMAN["Umbrellas, all black"]


def test_a_language_of_the_kits_alone_is_spoken_too(shop: LittleShop) -> None:
    page = shop.show(shop.buy(), headers={"X-Locale": "fr"}).text
    assert '<html lang="fr"' in page
    assert "How would you like to pay?" not in page


def test_a_language_that_nobody_speaks_falls_back_to_the_first(
    shop: LittleShop,
) -> None:
    """Not the shop's locale with English words in it: screen readers would stumble."""
    page = shop.show(shop.buy(), headers={"X-Locale": "sv"}).text
    assert '<html lang="en"' in page
    assert "How would you like to pay?" in page


def test_the_shop_keeps_its_language_after_the_page(shop: LittleShop) -> None:
    made = shop.buy()
    client = shop.app.test_client()
    client.get(f"/checkout/{made.token}?lang=ar")
    english = client.get("/greeting")
    assert english.text == "Umbrellas, all black"
