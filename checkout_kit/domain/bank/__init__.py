"""Bank accounts: what each currency's needs, every number checked by its own digits.

The names of the details are COINQVEST's (POST /withdrawal, ``targetAccount``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checkout_kit.domain.bank.iban import check_bic, check_iban
from checkout_kit.domain.bank.nuban import check_bank_name, check_nuban
from checkout_kit.domain.bank.routing import (
    check_account_number,
    check_canadian_routing,
    check_us_routing,
)
from checkout_kit.errors import InputError

__all__ = [
    "ACCOUNT_ON_FILE",
    "BANK_DETAILS",
    "check_bank_account",
    "check_bank_details",
]

#: Where a provider pays to the one bank account that it knows, and takes no details.
ACCOUNT_ON_FILE: Mapping[str, str] = {"account": "on file"}

#: What an account in each currency is made of.
BANK_DETAILS: Mapping[str, tuple[str, ...]] = {
    "CAD": ("accountNumber", "routingNumber"),
    "EUR": ("iban", "swift"),
    "NGN": ("nuban", "bankName"),
    "USD": ("accountNumber", "routingNumber"),
}
_ANYWHERE: Mapping[str, Callable[..., str]] = {
    "iban": check_iban,
    "swift": check_bic,
    "bic": check_bic,
}
_IN_CURRENCY: Mapping[tuple[str, str], Callable[..., str]] = {
    ("CAD", "accountNumber"): check_account_number,
    ("CAD", "routingNumber"): check_canadian_routing,
    ("NGN", "bankName"): check_bank_name,
    ("USD", "accountNumber"): check_account_number,
    ("USD", "routingNumber"): check_us_routing,
}


def check_bank_account(
    code: str, details: Mapping[str, str], *, field: str
) -> dict[str, str]:
    """Check that an account has what its currency needs, nothing else, all of it right.

    :return: the details, each in its plain form.
    :raises InputError: naming the detail, below ``field``.
    """
    wanted = BANK_DETAILS[code]
    for name in details:
        if name not in wanted:
            raise InputError(
                f"{field}.{name}",
                f"is not known for {code}: {' and '.join(wanted)} are",
            )
    for name in wanted:
        if name not in details:
            raise InputError(f"{field}.{name}", f"is missing for {code}")
    return check_bank_details(code, details, field=field)


def check_bank_details(
    code: str, details: Mapping[str, str], *, field: str
) -> dict[str, str]:
    """Check those details of an account whose names are known, and keep the others.

    :return: the details, each in its plain form.
    :raises InputError: naming the detail, below ``field``.
    """
    checked = {}
    for name, value in details.items():
        where = f"{field}.{name}"
        check = _IN_CURRENCY.get((code, name)) or _ANYWHERE.get(name)
        if name == "nuban":
            checked[name] = check_nuban(value, details.get("bankName"), field=where)
        else:
            checked[name] = check(value, field=where) if check else value
    return checked
