"""Moulds: texts that were made once, with places for what the moment decides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

# Nobody can guess a place's name, and write it into a text of his own.
_RANDOM = secrets.token_hex(16)
_PLACE = re.compile(f"place-{_RANDOM}-([a-z]+)-")


def place(name: str) -> str:
    """What to write into a text where a value goes; ``name`` is of small letters."""
    return f"place-{_RANDOM}-{name}-"


class Mould:
    """A text with places, filled anew for each answer."""

    def __init__(self, text: str) -> None:
        # Every second piece is the name of a place.
        pieces = _PLACE.split(text)
        self._pieces = pieces
        self._names = tuple(enumerate(pieces))[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Write the text, each place filled with the value of its name."""
        pieces = self._pieces.copy()
        for index, name in self._names:
            pieces[index] = values[name]
        return "".join(pieces)
