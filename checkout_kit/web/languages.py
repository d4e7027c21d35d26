"""The page's languages: each request's own, the menu, and links that keep a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, has_request_context, request, url_for

from checkout_kit.web.catalogues import SOURCE, own_name
from checkout_kit.web.i18n import (
    CHOICE,
    choose_locale,
    html_language,
    pick_locale,
    speak,
    text_direction,
)

#: Pages that are the same address in every language.
_PAGES = frozenset({"page", "methods", "choose", "cancel", "offer", "link"})
_NAME = "checkout_kit"


@dataclass(frozen=True, slots=True)
class Language:
    """An entry of the language menu."""

    tag: str
    direction: str
    name: str
    url: str
    is_current: bool


def follow_language(blueprint: Blueprint, locales: tuple[str, ...]) -> None:
    """Have every request of the blueprint answered in one language.

    The buyer's choice travels in the address of each page, so it needs no cookie.
    """

    @blueprint.before_request
    def begin() -> None:
        g.checkout_kit_locale = pick_locale(locales)
        g.checkout_kit_choice = choose_locale(locales)
        speak(g.checkout_kit_locale)

    @blueprint.teardown_request
    def end(_: BaseException | None) -> None:
        speak(SOURCE)

    @blueprint.url_defaults
    def keep_choice(endpoint: str, values: dict[str, Any]) -> None:
        name = endpoint.removeprefix(f"{_NAME}.")
        if name in _PAGES and has_request_context():
            choice = current_choice()
            if choice is not None:
                values.setdefault(CHOICE, html_language(choice))

    @blueprint.context_processor
    def tell_language() -> dict[str, object]:
        locale = current_locale(locales)
        return {
            "html_lang": html_language(locale),
            "html_dir": text_direction(locale),
            "languages": lambda: _menu(locales, locale),
        }


def current_locale(locales: tuple[str, ...]) -> str:
    """The locale of this request."""
    found: str = g.get("checkout_kit_locale") or pick_locale(locales)
    return found


def current_choice() -> str | None:
    """The locale that the buyer chose by the menu, which the page's links keep."""
    choice: str | None = g.get("checkout_kit_choice")
    return choice


def _menu(locales: tuple[str, ...], current: str) -> list[Language]:
    """The languages to choose from; none where there is no choice, or no page."""
    name = (request.endpoint or "").removeprefix(f"{_NAME}.")
    if len(locales) < 2 or name not in _PAGES or request.view_args is None:
        return []
    # A page that answered a form is looked at again by its own address.
    endpoint = "page" if name == "choose" else name
    shown = dict(request.view_args)
    if name == "offer":
        shown["offer"] = request.args.get("offer")
    return [
        Language(
            tag=html_language(locale),
            direction=text_direction(locale),
            name=own_name(locale),
            url=url_for(
                f"{_NAME}.{endpoint}",
                **{**shown, CHOICE: html_language(locale)},
            ),
            is_current=locale == current,
        )
        for locale in sorted(locales, key=own_name)
    ]
