"""The shop's brand on the page: name, logo, colours and corners."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from checkout_kit.domain.charge import check_text
from checkout_kit.errors import ConfigurationError, InputError
from checkout_kit.web.colours import Colour, muted_on, readable, text_on

CONFIG_KEY = "CHECKOUT_KIT_BRAND"
_LIGHT_GROUNDS = (Colour.parse("#ffffff"), Colour.parse("#f4f5f7"))
_DARK_GROUNDS = (Colour.parse("#1b1f2a"), Colour.parse("#0f1116"))
_COLOURS = ("accent", "accent_dark", "side", "side_dark")


@dataclass(frozen=True, slots=True)
class Brand:
    """What the page takes from the shop.

    ``side`` is the ground of the order summary. Colours that could not be read are
    shifted until they can be, so that no brand makes the page inaccessible.
    """

    name: str = ""
    logo_url: str | None = None
    support_url: str | None = None
    accent: str = "#3347d6"
    accent_dark: str | None = None
    side: str | None = None
    side_dark: str | None = None
    radius: int = 12

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> Brand:
        """Check and take over ``CHECKOUT_KIT_BRAND``.

        :raises ConfigurationError: naming the key that can't be used.
        """
        values = dict(config or {})
        for key in values:
            if key not in cls.__slots__:
                raise _problem(key, "is not a known key")
        for key in ("name", "logo_url", "support_url", *_COLOURS):
            if values.get(key) is None:
                values.pop(key, None)
            elif not isinstance(values[key], str):
                raise _problem(key, "must be text")
        if "name" in values:
            try:
                check_text("name", values["name"], maximum=60)
            except InputError as err:
                raise _problem("name", err.problem) from None
        if "logo_url" in values and not _is_own_path(values["logo_url"]):
            raise _problem(
                "logo_url",
                "must be a path on the shop's own site, such as /static/logo.svg",
            )
        if "support_url" in values and not _is_contact(values["support_url"]):
            raise _problem("support_url", "must be an https, http or mailto address")
        for key in _COLOURS:
            if key in values:
                try:
                    values[key] = str(Colour.parse(values[key]))
                except ValueError as err:
                    raise _problem(key, str(err)) from None
        radius = values.get("radius", 12)
        if not isinstance(radius, int) or isinstance(radius, bool):
            raise _problem("radius", "must be a whole number of pixels")
        if not 0 <= radius <= 24:
            raise _problem("radius", "must be from 0 to 24")
        return cls(**values)

    def to_css(self) -> str:
        """Write the brand as CSS custom properties, for light and dark."""
        light = Colour.parse(self.accent)
        dark = Colour.parse(self.accent_dark or self.accent)
        rules = [
            ":root {",
            *_accent_rules(light, _LIGHT_GROUNDS),
            *_side_rules(self.side),
            f"  --ck-radius: {self.radius}px;",
            "}",
            "@media (prefers-color-scheme: dark) {",
            "  :root {",
            *_accent_rules(dark, _DARK_GROUNDS),
            *_side_rules(self.side_dark),
            "  }",
            "}",
        ]
        return "\n".join(rules) + "\n"

    @property
    def version(self) -> str:
        """Changes with the CSS, so that it can be cached for ever."""
        return _version(self)


# Every page links to the brand's CSS by it; it never changes while a shop runs.
@lru_cache(maxsize=16)
def _version(brand: Brand) -> str:
    return hashlib.sha256(brand.to_css().encode()).hexdigest()[:12]


def _accent_rules(accent: Colour, grounds: tuple[Colour, ...]) -> list[str]:
    return [
        f"  --ck-accent: {accent};",
        f"  --ck-on-accent: {text_on(accent)};",
        f"  --ck-accent-text: {readable(accent, grounds)};",
    ]


def _side_rules(side: str | None) -> list[str]:
    if side is None:
        return []
    ground = Colour.parse(side)
    ink = text_on(ground)
    return [
        f"  --ck-side: {ground};",
        f"  --ck-side-text: {ink};",
        f"  --ck-side-muted: {muted_on(ground)};",
        f"  --ck-side-line: {ground.mixed(ink, 0.16)};",
    ]


def _is_own_path(url: str) -> bool:
    plain = all(32 < ord(c) < 127 for c in url) and "\\" not in url
    return plain and url.startswith("/") and not url.startswith("//")


def _is_contact(url: str) -> bool:
    if not all(32 < ord(c) < 127 for c in url):
        return False
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _problem(key: object, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{CONFIG_KEY}.{key}", problem)
