"""Answers that are records of what happened: transfers, notifications, log-ins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Transfer:
    """Coins from one user of the provider to another."""

    id: str
    status: str
    amount: Decimal
    total: Decimal
    commission: Decimal
    sender_id: str
    recipient_id: str
    public_id: str | None = None
    symbol: str | None = None
    sending_order_id: str | None = None
    receiving_order_id: str | None = None
    expires_at: datetime | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """What the provider tells a user."""

    category: str
    code: str
    message: str
    id: str | None = None
    title: str | None = None
    order_id: str | None = None
    created: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecurityRecord:
    """Something that happened to a user's account."""

    code: str
    name: str
    by: str
    ip: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that is in use; shown by the API with most of it blanked."""

    type: str
    is_ours: bool
    token: str = field(repr=False)
    last_used_at: datetime | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who works on the platform."""

    id: str
    user_id: str
    is_active: bool
    role: str
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlatformUser:
    """A user of the platform, by the platform's own id of him."""

    id: str
    email: str = field(repr=False)
    username: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that the provider made to the platform."""

    endpoint: str
    verb: str
    status: str
    request: str = field(default="", repr=False)
    response: str = field(default="", repr=False)
    created: datetime | None = None
