"""NUBAN: accounts as Nigeria's banks number them, with a check digit over the bank."""

from __future__ import annotations

import re

from checkout_kit.errors import InputError

#: The banks of COINQVEST's document (POST /withdrawal, "Field Attributes for
#: withdrawals to NGN"), each with its code at the Central Bank of Nigeria.
NGN_BANKS = {
    "AccessBank": "044",
    "CitiBank": "023",
    "DiamondBank": "063",
    "Ecobank": "050",
    "EnterpriseBank": "084",
    "FCMB": "214",
    "FidelityBank": "070",
    "FirstBank": "011",
    "GTBank": "058",
    "Heritage": "030",
    "JaizBank": "301",
    "KeystoneBank": "082",
    "ProvidusBank": "101",
    "SkyeBank": "076",
    "Stanbic": "221",
    "StandardChartered": "068",
    "SterlingBank": "232",
    "SuntrustBank": "100",
    "UBA": "033",
    "UnionBank": "032",
    "UnityBank": "215",
    "WemaBank": "035",
    "ZenithBank": "057",
}
_NUBAN = re.compile(r"[0-9]{10}\Z", re.ASCII)
_WEIGHTS = (3, 7, 3) * 4


def check_bank_name(text: str, *, field: str) -> str:
    """Read a bank's name; only those of the list are known.

    :raises InputError: naming ``field``.
    """
    if text not in NGN_BANKS:
        raise InputError(field, "must be one of " + ", ".join(NGN_BANKS))
    return text


def check_nuban(text: str, bank_name: str | None, *, field: str) -> str:
    """Read an account number; with its bank the check digit can be told.

    :raises InputError: naming ``field``.
    """
    if not _NUBAN.match(text):
        raise InputError(field, "must be a NUBAN of 10 digits")
    code = NGN_BANKS.get(bank_name or "")
    if code is not None and check_digit(code, text[:9]) != text[9]:
        raise InputError(
            field, f"has a wrong digit, or is an account of another bank: {bank_name}"
        )
    return text


def check_digit(bank_code: str, serial: str) -> str:
    """The tenth digit of an account: of its bank's code and its nine digits."""
    digits = (int(digit) for digit in bank_code + serial)
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return str(-total % 10)
