"""Customers: who pays, as the merchant knows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.iso3166 import COUNTRIES
from checkout_kit.domain.json_values import check_json
from checkout_kit.errors import InputError

MAX_EMAIL = 254
MAX_NOTE = 5000
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s\"(),:;<>\[\\\]]{1,255}\Z")
_FIELD = "customer"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who pays; all but the e-mail address may be left out.

    The names are those of COINQVEST's document (POST /customer). An address is whole
    or not there: ``adr1``, ``zip``, ``city`` and ``countrycode`` come together. What a
    customer said of himself stays out of reprs.
    """

    id: str
    store_id: str
    email: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    firstname: str | None = field(default=None, repr=False)
    lastname: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    adr1: str | None = field(default=None, repr=False)
    adr2: str | None = field(default=None, repr=False)
    zip: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    countrycode: str | None = field(default=None, repr=False)
    phonenumber: str | None = field(default=None, repr=False)
    taxid: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    meta: Mapping[str, Any] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, check(f"{_FIELD}.{name}", value))
        given = [name for name in _ADDRESS if getattr(self, name) is not None]
        if given and len(given) < len(_ADDRESS):
            missing = next(name for name in _ADDRESS if name not in given)
            raise InputError(
                f"{_FIELD}.{missing}",
                "is missing: an address has " + ", ".join(_ADDRESS),
            )
        if self.adr2 is not None and not given:
            raise InputError(f"{_FIELD}.adr1", "is missing, and adr2 is given")

    @property
    def email_key(self) -> str:
        """What tells customers of one store apart: the address in one case."""
        return self.email.casefold()

    @property
    def name(self) -> str | None:
        """First and last name together."""
        parts = [part for part in (self.firstname, self.lastname) if part]
        return " ".join(parts) or None

    @property
    def is_invoiceable(self) -> bool:
        """Whether an invoice could be written: an address, and a name or a company."""
        has_name = self.firstname is not None and self.lastname is not None
        return self.adr1 is not None and (has_name or self.company is not None)

    def changed(self, changes: Mapping[str, Any], now: datetime) -> Customer:
        """The customer with some fields changed; None unsets one.

        :raises InputError: naming the field that can't be right, or is none.
        """
        for name in changes:
            if name not in CUSTOMER_FIELDS:
                raise InputError(f"{_FIELD}.{name}", "is not a field of a customer")
        if changes.get("email", self.email) is None:
            raise InputError(f"{_FIELD}.email", "can't be unset")
        return replace(self, **changes, updated_at=now)


def _text(maximum: int) -> Callable[[str, object], str]:
    return lambda field, value: check_text(field, value, maximum=maximum)


def _check_email(field: str, value: object) -> str:
    email = check_text(field, value, maximum=MAX_EMAIL)
    if not _EMAIL.match(email):
        raise InputError(field, "is not an e-mail address")
    return email


def _check_country(field: str, value: object) -> str:
    code = check_text(field, value, maximum=2).upper()
    if code not in COUNTRIES:
        raise InputError(field, "must be a country's code of two letters, such as US")
    return code


def _check_note(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(field, "must be text")
    if len(value) > MAX_NOTE:
        raise InputError(field, f"is longer than {MAX_NOTE} characters")
    for line in value.splitlines():
        check_text(field, line, maximum=MAX_NOTE, blank=True)
    return value


def _check_meta(field: str, value: object) -> Mapping[str, Any]:
    return dict(check_json(field, value))


#: What an address always has.
_ADDRESS = ("adr1", "zip", "city", "countrycode")
_CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "email": _check_email,
    "firstname": _text(100),
    "lastname": _text(100),
    "company": _text(200),
    "adr1": _text(200),
    "adr2": _text(200),
    "zip": _text(20),
    "city": _text(100),
    "countrycode": _check_country,
    "phonenumber": _text(50),
    "taxid": _text(50),
    "note": _check_note,
    "meta": _check_meta,
}
#: The fields that may be set and changed.
CUSTOMER_FIELDS = tuple(name.name for name in fields(Customer) if name.name in _CHECKS)
