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


def test_the_locale_needs_no_request() -> None:
    with Flask("shop").app_context():
        assert i18n.pick_locale(("de", "en")) == "de"
    assert i18n.text_direction("nonsense!") == "ltr"
