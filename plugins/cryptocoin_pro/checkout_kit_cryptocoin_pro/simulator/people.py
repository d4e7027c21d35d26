"""Whom the provider knows: users with their accounts elsewhere, and platforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .kyc_records import Kyc

CONFIRMED = "CONFIRMED"


@dataclass(slots=True)
class Bank:
    """A bank account of a user."""

    id: str
    user_id: str
    name: str
    iban: str
    swift: str
    currency: str
    created_at: datetime
    status: str = CONFIRMED


@dataclass(slots=True)
class Card:
    """A card of a user; of its two images only their numbers are kept."""

    id: str
    user_id: str
    alias: str
    holder: str
    expiration: str
    last_digits: str
    images: tuple[str, str]
    created_at: datetime
    status: str = CONFIRMED


@dataclass(slots=True)
class Wallet:
    """An address outside that a user withdraws to."""

    id: str
    user_id: str
    alias: str
    address: str
    coin: str
    created_at: datetime
    status: str = CONFIRMED


@dataclass(slots=True)
class Notification:
    """Something that a user is told once."""

    id: str
    title: str
    message: str
    category: str
    code: str
    created_at: datetime
    meta: dict[str, str] = field(default_factory=dict)
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something that happened to a user's account."""

    code: str
    name: str
    ip: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PlatformLink:
    """Under which name a platform knows a user."""

    platform_id: str
    user_id: str
    email: str
    username: str
    created_at: datetime


@dataclass(slots=True)
class User:
    """Somebody with an account."""

    id: str
    email: str
    password: str | None = field(repr=False)
    created_at: datetime
    kyc: Kyc
    is_active: bool = False
    can_trade: bool = True
    language: str = "en"
    theme: str = "light"
    source: str = "api"
    links: list[PlatformLink] = field(default_factory=list)
    closing_at: datetime | None = None
    closing_asked_at: datetime | None = None
    email_code: str = field(default="", repr=False)
    email_sent_at: datetime | None = None
    reset_token: str = field(default="", repr=False)
    #: The newest last, at most a hundred of each.
    notifications: list[Notification] = field(default_factory=list)
    events: list[SecurityEvent] = field(default_factory=list)


@dataclass(slots=True)
class Platform:
    """A shop or exchange that sends its users here."""

    id: str
    code: str
    name: str
    public_key: str = field(repr=False)
    base_url: str
    ien_url: str
    ien_type: str = "jwt"
    color_code: str = "#333246"
    #: Answers of `platform/{platform}/staff`.
    staff: list[dict[str, Any]] = field(default_factory=list)
