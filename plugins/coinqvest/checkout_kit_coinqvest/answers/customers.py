"""Answers about customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkout_kit_coinqvest.answers.listing import BrokenItem


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the account (GET /customer); nothing personal is in its repr."""

    id: str
    email: str = field(repr=False)
    is_invoiceable: bool
    firstname: str | None = field(default=None, repr=False)
    lastname: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    adr1: str | None = field(default=None, repr=False)
    adr2: str | None = field(default=None, repr=False)
    zip: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    countrycode: str | None = None
    country: str | None = None
    phonenumber: str | None = field(default=None, repr=False)
    taxid: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    meta: Mapping[str, Any] | str | None = field(default=None, repr=False)
    inserted_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of GET /customers, newest first; ``length`` counts broken items too."""

    customers: tuple[Customer, ...]
    broken: tuple[BrokenItem, ...]
    length: int
    count: int | None = None
