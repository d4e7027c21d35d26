"""Themes: the looks that the shop can be opened with, the checkout's page included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

_FOLDER = Path(__file__).parent / "themes"


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: the brand that the kit is told of, and files of the theme's own.

    A theme with ``is_extended`` has a stylesheet in ``static/themes`` and templates in
    ``themes``, both below its key; the templates come before the kit's.
    """

    name: str
    brand: Mapping[str, object]
    is_extended: bool = False


THEMES = {
    "umberfold": Theme(
        "Umberfold",
        {
            "name": "Umberfold",
            "logo_url": "/static/logo.svg",
            "accent": "#a4452a",
            "accent_dark": "#eb9673",
            "side": "#f6ecdd",
            "side_dark": "#1e1a18",
        },
    ),
    "saltmarsh": Theme(
        "Saltmarsh",
        {
            "name": "Saltmarsh",
            "accent": "#0b6b63",
            "accent_dark": "#62d0c2",
            "side": "#0f3d4c",
            "side_dark": "#0a2731",
            "radius": 2,
        },
        is_extended=True,
    ),
}


def init_app(app: Flask) -> None:
    """Dress the shop as its config says; before the kit, which reads the brand."""
    key = app.config.setdefault("SHOP_THEME", "umberfold")
    if key not in THEMES:
        raise ValueError(f"SHOP_THEME must be one of {', '.join(THEMES)}")
    theme = THEMES[key]
    app.config.setdefault("CHECKOUT_KIT_BRAND", dict(theme.brand))
    app.jinja_env.globals.update(shop_title=theme.name, theme_style=None)
    if theme.is_extended:
        app.jinja_env.globals["theme_style"] = f"themes/{key}.css"
        own = app.jinja_loader
        themed = FileSystemLoader(_FOLDER / key)
        app.jinja_loader = ChoiceLoader([themed, *([own] if own else [])])
