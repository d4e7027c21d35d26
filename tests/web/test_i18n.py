"""Languages: the app's translations, the page's locale and its direction."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from flask import Flask

from checkout_kit.web import i18n
from tests.web.conftest import make_app
from tests.web.fake_desk import TOKEN, desk_for

PAGE = f"/checkout/{TOKEN}"


def test_without_flask_babel_messages_fill_themselves() -> None:
    assert i18n.gettext("100 % sure") == "100 % sure"
    assert i18n.gettext("%(n)s left", n=3) == "3 left"
    assert i18n.ngettext("%(num)s item", "%(num)s items", 1) == "1 item"
    assert i18n.ngettext("%(num)s item", "%(num)s items", 2) == "2 items"


def test_flask_babel_is_used_if_the_app_uses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    babel = ModuleType("flask_babel")
    vars(babel).update(
        gettext=lambda message, **_: f"[{message}]",
        ngettext=lambda one, many, num, **_: f"[{many}]",
        get_locale=lambda: "ar",
    )
    monkeypatch.setitem(sys.modules, "flask_babel", babel)
    app = make_app(desk_for("paid"))
    plain = app.test_client().get(PAGE).text
    assert "[Payment received]" not in plain
    app.extensions["babel"] = object()
    html = app.test_client().get(PAGE).text
    assert "[Payment received]" in html
    assert '<html lang="ar" dir="rtl">' in html


def test_the_browsers_wish_is_heard_among_ours() -> None:
    app = make_app(desk_for("paid"), locales=("en", "pt_BR", "he"))
    client = app.test_client()
    for wish, shown in (
        ("fr, he;q=0.8", 'lang="he" dir="rtl"'),
        ("pt-BR", 'lang="pt-BR" dir="ltr"'),
        ("xx", 'lang="en" dir="ltr"'),
    ):
        html = client.get(PAGE, headers={"Accept-Language": wish}).text
        assert f"<html {shown}>" in html


def test_the_page_speaks_every_language_it_is_offered_in() -> None:
    app = make_app(desk_for("paid"), locales=("en", "de", "fr"))
    client = app.test_client()
    assert "Payment received" in client.get(PAGE).text
    for language, heading in (("de", "Zahlung eingegangen"), ("fr", "Paiement reçu")):
        html = client.get(PAGE, headers={"Accept-Language": language}).text
        assert f"<bdi>{heading}</bdi></h1>" in html
    # The next request is nobody's heir.
    assert "Payment received" in client.get(PAGE).text


def test_a_buyers_choice_comes_first_and_stays() -> None:
    desk = desk_for("pay_memo")
    client = make_app(desk, locales=("en", "de")).test_client()
    wish = {"Accept-Language": "en"}
    html = client.get(f"{PAGE}?lang=de", headers=wish).text
    assert '<html lang="de"' in html
    assert f'href="{PAGE}/methods?lang=de"' in html
    answer = client.post(f"{PAGE}/cancel?lang=de", headers=wish)
    assert answer.location == f"{PAGE}?lang=de"
    # What is not offered is no choice, and is not passed on.
    html = client.get(f"{PAGE}?lang=xx", headers=wish).text
    assert '<html lang="en"' in html
    assert "lang=xx" not in html


def test_the_menu_names_each_language_in_its_own_words() -> None:
    client = make_app(desk_for("pay_memo"), locales=("en", "de", "fr")).test_client()
    html = client.get(f"{PAGE}/methods?lang=fr").text
    assert f'href="{PAGE}/methods?lang=de" lang="de"' in html
    assert ">Deutsch</a>" in html
    assert 'lang="fr" hreflang="fr" dir="ltr" aria-current="true">Français' in html
    only = make_app(desk_for("pay_memo"), locales=("de",)).test_client()
    assert "hreflang" not in only.get(PAGE).text


def test_plurals_follow_the_language() -> None:
    with i18n.speaking("de"):
        words = ("%(num)s minute left to pay", "%(num)s minutes left to pay")
        assert i18n.ngettext(*words, 1) == "Noch 1 Minute zum Bezahlen"
        assert i18n.ngettext(*words, 5) == "Noch 5 Minuten zum Bezahlen"
    assert i18n.ngettext(*words, 5) == "5 minutes left to pay"


def test_what_is_filled_in_keeps_its_own_direction() -> None:
    with i18n.speaking("ar"):
        told = i18n.gettext("Send %(amount)s", amount="12.5 XLM")
    assert told == "أرسل \N{FIRST STRONG ISOLATE}12.5 XLM\N{POP DIRECTIONAL ISOLATE}"


def test_the_locale_needs_no_request() -> None:
    with Flask("shop").app_context():
        assert i18n.pick_locale(("de", "en")) == "de"
    assert i18n.text_direction("nonsense!") == "ltr"
