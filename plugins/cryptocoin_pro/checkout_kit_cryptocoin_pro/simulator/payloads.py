"""Links of shops to the provider's page, and what their tokens say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .amounts import parse_amount
from .errors import ApiError, refused
from .forms import URL
from .people import Platform

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """The link that brought a buyer: whose it is, and what its token says."""

    platform: Platform
    url: str
    payload: Mapping[str, Any]

    def part(self, name: str) -> Mapping[str, Any]:
        """Return `user` or `payment` of the payload."""
        found = self.payload.get(name)
        return found if isinstance(found, Mapping) else {}


def read_text(part: Mapping[str, Any], name: str, *, is_required: bool = True) -> str:
    """Return a text of a payload, empty where it may be missing.

    :raises ApiError: when it is none.
    """
    value = part.get(name)
    if value in (None, "") and not is_required:
        return ""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise malformed(name)
    text = str(value)
    if not 0 < len(text) <= 191:
        raise malformed(name)
    return text


def read_amount(payment: Mapping[str, Any]) -> Decimal:
    """Return how much is wanted.

    :raises ApiError: when it is no amount.
    """
    amount = parse_amount(read_text(payment, "amount"))
    if amount is None or amount <= 0:
        raise malformed("amount")
    return amount


def read_attempts(payment: Mapping[str, Any]) -> int:
    """Return how often the buyer may try.

    :raises ApiError: when it is no such number.
    """
    attempts = payment.get("attempts", _ATTEMPTS)
    if not isinstance(attempts, int) or not 0 < attempts <= 100:
        raise malformed("attempts")
    return attempts


def read_url(
    payload: Mapping[str, Any], name: str, *, is_required: bool = False
) -> str:
    """Return an address of the shop, empty where it may be missing.

    :raises ApiError: when it is none.
    """
    value = payload.get(name)
    if value in (None, "") and not is_required:
        return ""
    if not isinstance(value, str) or len(value) > 2000 or not URL.match(value):
        raise malformed(name)
    return value


def malformed(name: str) -> ApiError:
    """Make the refusal of a payload."""
    return refused(403, f"JWT payload invalid: {name}.")
