"""Colours: parsing them, and keeping any brand's colour readable (WCAG contrast)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z", re.ASCII)
#: The contrast that WCAG AA asks of normal text.
TEXT_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque sRGB colour; each part from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Colour:
        """Read ``#rgb`` or ``#rrggbb``.

        :raises ValueError: if it is anything else.
        """
        if not isinstance(text, str) or not _HEX.match(text):
            raise ValueError("must be a colour such as #3347d6")
        digits = text[1:]
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return cls(*(int(digits[i : i + 2], 16) for i in (0, 2, 4)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG 2 defines it."""
        red, green, blue = (
            _to_linear(part / 255) for part in (self.red, self.green, self.blue)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, other: Colour) -> float:
        """The contrast ratio of two colours, from 1 to 21."""
        lights = sorted((self.luminance, other.luminance))
        return (lights[1] + 0.05) / (lights[0] + 0.05)

    def mixed(self, other: Colour, share: float) -> Colour:
        """Blend with ``share`` (0 to 1) of another colour."""
        return Colour(
            *(
                round(mine + (theirs - mine) * share)
                for mine, theirs in (
                    (self.red, other.red),
                    (self.green, other.green),
                    (self.blue, other.blue),
                )
            )
        )


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)
INK = Colour(20, 23, 31)


def text_on(ground: Colour) -> Colour:
    """White or a dark ink, whichever can be read on this ground."""
    for ink in (WHITE, INK):
        if ink.contrast(ground) >= TEXT_CONTRAST:
            return ink
    return BLACK


def readable(colour: Colour, grounds: tuple[Colour, ...]) -> Colour:
    """Shift a colour towards black or white until it can be read on every ground."""
    towards = WHITE if grounds[0].luminance < 0.18 else BLACK
    for step in range(21):
        shifted = colour.mixed(towards, step / 20)
        if all(shifted.contrast(ground) >= TEXT_CONTRAST for ground in grounds):
            return shifted
    return towards


def muted_on(ground: Colour) -> Colour:
    """A quieter text colour for this ground that can still be read."""
    ink = text_on(ground)
    for step in range(8, 0, -1):
        quiet = ink.mixed(ground, step / 20)
        if quiet.contrast(ground) >= TEXT_CONTRAST:
            return quiet
    return ink


def _to_linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
