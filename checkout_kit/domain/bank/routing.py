"""Routing numbers: banks as the United States and Canada number them."""

from __future__ import annotations

import re

from checkout_kit.errors import InputError

_US = re.compile(r"(0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}\Z", re.ASCII)
_WEIGHTS = (3, 7, 1) * 3
# Transit and institution on paper, or a zero, institution and transit in a file.
_CANADIAN = re.compile(r"([0-9]{5})-?([0-9]{3})\Z|0([0-9]{3})([0-9]{5})\Z", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{4,17}\Z", re.ASCII)


def check_us_routing(text: str, *, field: str) -> str:
    """Read a routing number of the American Bankers Association, with its checksum.

    :raises InputError: naming ``field``.
    """
    if not _US.match(text) or not int(text):
        raise InputError(field, "must be an ABA routing number of 9 digits")
    digits = (int(digit) for digit in text)
    if sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10:
        raise InputError(field, "has a wrong digit: its check digit does not fit")
    return text


def check_canadian_routing(text: str, *, field: str) -> str:
    """Read an institution and a transit number: ``12345-678`` or ``067812345``.

    :return: as it was written; there is no check digit.
    :raises InputError: naming ``field``.
    """
    match = _CANADIAN.match(text)
    if match is None:
        raise InputError(
            field,
            "must be a transit and an institution number, 12345-678, or 067812345",
        )
    transit, institution = (
        (match[1], match[2]) if match[1] is not None else (match[4], match[3])
    )
    if not int(transit) or not int(institution):
        raise InputError(field, "has an institution or transit number of zeros")
    return text


def check_account_number(text: str, *, field: str) -> str:
    """Read an account number, which has no check digit that all banks share.

    :raises InputError: naming ``field``.
    """
    if not _ACCOUNT.match(text):
        raise InputError(field, "must be an account number of 4 to 17 digits")
    return text
