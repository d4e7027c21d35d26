"""Languages: translated words, the page's locale, and the direction of its script."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app, has_app_context, has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from checkout_kit.web.catalogues import SOURCE, catalogue, known_locales

#: The query parameter by which a buyer chooses a language.
CHOICE = "lang"
_locale: ContextVar[str] = ContextVar("checkout_kit_locale", default=SOURCE)


def gettext(message: str, **variables: object) -> str:
    """Translate to the current locale; the app's own words come before ours."""
    babel = _flask_babel()
    found = message if babel is None else str(babel.gettext(message))
    if found == message:
        found = catalogue(_locale.get()).gettext(message)
    return found % _isolated(variables) if variables else found


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Translate a message that depends on a number, which is filled in as ``num``."""
    babel = _flask_babel()
    given = singular if num == 1 else plural
    found = given if babel is None else str(babel.ngettext(singular, plural, num))
    # Flask-Babel fills the number in, where it knows no words too.
    if found in (given, given % {"num": num}):
        found = catalogue(_locale.get()).ngettext(singular, plural, num)
    return found % {"num": num, **_isolated(variables)}


def _isolated(variables: dict[str, object]) -> dict[str, object]:
    """Keep what is filled in apart from words that run the other way."""
    if text_direction(_locale.get()) == "ltr":
        return variables
    return {
        name: f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
        for name, value in variables.items()
    }


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Translate to a locale inside the block."""
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


def speak(locale: str) -> None:
    """Translate to a locale for the rest of this request."""
    _locale.set(locale)


def choose_locale(locales: tuple[str, ...]) -> str | None:
    """The language that the buyer chose by the page's menu, if it is one of ours."""
    wanted = request.args.get(CHOICE, "")[:32].replace("-", "_")
    return wanted if wanted in locales else None


def pick_locale(locales: tuple[str, ...]) -> str:
    """The buyer's choice, the app's by Flask-Babel, the browser's best, or the first.

    :param locales: those that the page is offered in, the shop's own first.
    """
    if has_request_context():
        chosen = choose_locale(locales)
        if chosen is not None:
            return chosen
    babel = _flask_babel()
    if babel is not None:
        selected = babel.get_locale()
        if selected is not None and _has_words(babel, str(selected)):
            return str(selected)
    if has_request_context():
        liked = request.headers.get("Accept-Language")
        wanted = _best_match(liked[:200], locales) if liked else None
        if wanted is not None:
            return wanted.replace("-", "_")
    return locales[0]


def _has_words(babel: Any, locale: str) -> bool:
    """Whether the page can be read in the app's locale, by our words or by its own."""
    known = {name.partition("_")[0] for name in known_locales()}
    return locale.partition("_")[0] in known or bool(babel.get_translations().files)


@lru_cache(maxsize=256)
def _best_match(liked: str, locales: tuple[str, ...]) -> str | None:
    accepted = parse_accept_header(liked, LanguageAccept)
    return accepted.best_match([_tag(item) for item in locales])


def html_language(locale: str) -> str:
    """The locale as the ``lang`` attribute spells it."""
    return _tag(locale)


@lru_cache(maxsize=64)
def text_direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    try:
        return Locale.parse(locale).text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"


def _tag(locale: str) -> str:
    return locale.replace("_", "-")


def _flask_babel() -> Any:
    """Flask-Babel's module if it is installed and this app uses it, else None."""
    if not has_app_context() or "babel" not in current_app.extensions:
        return None
    try:
        return importlib.import_module("flask_babel")
    except ImportError:
        return None
