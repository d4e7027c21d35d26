"""Languages: translated words, the page's locale, and the direction of its script."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app, has_app_context, has_request_context, request


def gettext(message: str, **variables: object) -> str:
    """Translate by Flask-Babel if the app uses it; else fill in the message itself."""
    babel = _flask_babel()
    if babel is not None:
        return str(babel.gettext(message, **variables))
    return message % variables if variables else message


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Translate a message that depends on a number, which is filled in as ``num``."""
    babel = _flask_babel()
    if babel is not None:
        return str(babel.ngettext(singular, plural, num, **variables))
    return (singular if num == 1 else plural) % {"num": num, **variables}


def pick_locale(locales: tuple[str, ...]) -> str:
    """The app's own choice by Flask-Babel, else what the browser likes best of ours."""
    babel = _flask_babel()
    if babel is not None:
        chosen = babel.get_locale()
        if chosen is not None:
            return str(chosen)
    if has_request_context():
        wanted = request.accept_languages.best_match([_tag(item) for item in locales])
        if wanted is not None:
            return wanted.replace("-", "_")
    return locales[0]


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
