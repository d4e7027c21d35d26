"""Answers about a user: session, profile, KYC, and where money goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a user; its token is valid for ``lifetime`` seconds."""

    token: str = field(repr=False)
    lifetime: int
    user_id: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kyc:
    """How far a user is known; what a person said of himself is left out.

    ``bought`` and ``sold`` are the document's ``amounts``, which it does not explain.
    """

    status: str | None
    level: int
    required: str | None = None
    bought: Decimal | None = None
    sold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A user's phone number, verified with ``status`` 1."""

    number: str = field(repr=False)
    status: int


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank account that sales can be paid to."""

    id: str
    status: str
    name: str
    iban: str = field(repr=False)
    swift: str
    currency: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A payment card of a user."""

    id: str
    status: str
    alias: str
    holder_name: str = field(repr=False)
    expiration_date: str = field(repr=False)
    last_four_digits: str = field(repr=False)
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExternalWallet:
    """An address of the user's own, that coins can be withdrawn to."""

    id: str
    status: str
    alias: str
    address: str
    coin: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A user's profile: whether he may trade, and with what."""

    id: str
    is_active: bool
    may_trade: bool
    email: str | None = field(default=None, repr=False)
    closes_at: datetime | None = None
    kyc: Kyc | None = None
    wallets: tuple[ExternalWallet, ...] = ()
    cards: tuple[Card, ...] = ()
    banks: tuple[Bank, ...] = ()
    created: datetime | None = None
