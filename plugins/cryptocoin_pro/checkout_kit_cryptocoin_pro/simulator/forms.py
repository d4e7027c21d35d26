"""What a request brings: JSON or a form, checked as the document's rules say."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from .amounts import parse_amount
from .errors import invalid, refused
from .uploads import check_file

ALPHA_NUM = re.compile(r"[A-Za-z0-9]+\Z", re.ASCII)
ALPHA_DASH = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)
ALPHA_SPACE = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*\Z")
DIGITS = re.compile(r"[0-9]+\Z", re.ASCII)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+\Z")
URL = re.compile(r"https?://[^\s/?#]+[^\s]*\Z", re.ASCII)
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z", re.ASCII)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST = 191
_GROUPED = re.compile(r"(\w+)\[(\w+)\]\Z", re.ASCII)


class Form:
    """The fields of one request; `check` raises what was wrong with any of them."""

    def __init__(
        self, values: Mapping[str, Any], files: Mapping[str, FileStorage]
    ) -> None:
        self._values = _flat(values)
        self._files = {_dotted(name): file for name, file in files.items()}
        self.errors: dict[str, list[str]] = {}

    def check(self) -> None:
        """Raise if a field was refused.

        :raises ApiError: with all reasons (422).
        """
        if self.errors:
            raise invalid(self.errors)

    def refuse(self, name: str, reason: str) -> None:
        """Note what is wrong with a field."""
        self.errors.setdefault(name, []).append(reason)

    def text(
        self,
        name: str,
        *,
        is_required: bool = True,
        least: int = 0,
        most: int = _MOST,
        pattern: re.Pattern[str] | None = None,
        choices: Collection[str] | None = None,
    ) -> str:
        """Return a text, empty where it is missing or wrong."""
        value = self._values.get(name)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            value = str(value)
        if value in (None, ""):
            if is_required:
                self.refuse(name, f"The {_words(name)} field is required.")
            return ""
        if not isinstance(value, str):
            self.refuse(name, f"The {_words(name)} must be a string.")
        elif choices is not None and value not in choices:
            self.refuse(name, f"The selected {_words(name)} is invalid.")
        elif not least <= len(value) <= most:
            length = f"{least} and {most}" if least else f"at most {most}"
            self.refuse(name, f"The {_words(name)} must be {length} characters.")
        elif pattern is not None and not pattern.match(value):
            self.refuse(name, f"The {_words(name)} format is invalid.")
        else:
            return value
        return ""

    def amount(self, name: str) -> Decimal:
        """Return a positive number, zero where it is missing or wrong."""
        text = self.text(name, most=60)
        if not text:
            return Decimal(0)
        number = parse_amount(text)
        if number is None:
            self.refuse(name, f"The {_words(name)} must be a number.")
        elif number <= 0:
            self.refuse(name, f"The {_words(name)} must be more than 0.")
        else:
            return number
        return Decimal(0)

    def birthday(self, name: str, today: date) -> str:
        """Return the date of birth of somebody of 18 years at least."""
        text = self.text(name)
        if not text:
            return ""
        try:
            born = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)
        except ValueError:
            self.refuse(name, f"The {_words(name)} does not match the format Y-m-d.")
            return ""
        if (born.year + 18, born.month, born.day) > (
            today.year,
            today.month,
            today.day,
        ):
            self.refuse(name, f"The {_words(name)} must be 18 years ago at least.")
        return text

    def file(
        self, name: str, *, is_required: bool = True, takes_pdf: bool = False
    ) -> bool:
        """Check an uploaded file; tell whether there is a good one."""
        found = self._files.get(name)
        if found is None:
            if is_required:
                self.refuse(name, f"The {_words(name)} field is required.")
            return False
        reason = check_file(found, takes_pdf=takes_pdf)
        if reason is not None:
            self.refuse(name, f"The {_words(name)} {reason}")
        return reason is None

    def has(self, name: str) -> bool:
        """Tell whether a field was sent at all, be it a text or a file."""
        return self._values.get(name) not in (None, "") or name in self._files


def read_form() -> Form:
    """Read the body of the present request.

    :raises ApiError: when it can't be read (400).
    """
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return Form(request.form.to_dict(), request.files.to_dict())
    raw = request.get_data()
    try:
        body = json.loads(raw or b"{}", parse_float=Decimal)
    # A deeply nested body exhausts the parser's stack rather than its grammar.
    except (ValueError, RecursionError, InvalidOperation):
        raise refused(400, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise refused(400, "The body is not an object.")
    return Form(body, {})


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write `{"address": {"zip": …}}` and `address[zip]` as `address.zip`."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{inner}": found for inner, found in value.items()})
        else:
            flat[_dotted(name)] = value
    return flat


def _dotted(name: str) -> str:
    match = _GROUPED.match(name)
    return f"{match[1]}.{match[2]}" if match else name


def _words(name: str) -> str:
    """Write a field's name in words: `lastFourDigits` is "last four digits"."""
    return _CAPITAL.sub(" ", name).replace("_", " ").lower()
