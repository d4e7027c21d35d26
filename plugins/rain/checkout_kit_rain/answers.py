"""Answers: what the API said, as frozen objects that the rest of the plugin uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from checkout_kit import Money


class TransactionStatus(str, Enum):
    """How far a transaction has come; no other status is in the document."""

    #: Created; nothing moves before it is confirmed.
    STARTING = "starting"
    #: Confirmed: sends, buys, sells and deposits.
    PROCESSING = "processing"
    #: Confirmed: withdrawals and transfers.
    CONFIRMED = "confirmed"
    COMPLETED = "completed"

    @property
    def has_begun(self) -> bool:
        """Whether its confirmation was accepted, so that money moves or has moved."""
        return self is not TransactionStatus.STARTING


@dataclass(frozen=True, slots=True)
class Session:
    """A session of the logged-in user; its token is valid for 24 hours."""

    id: str
    user_id: str
    token: str = field(repr=False)
    created: datetime


@dataclass(frozen=True, slots=True)
class User:
    """The logged-in user; what a person said of himself is left out of the repr."""

    id: str
    status: str
    currency: str | None = None
    full_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    email_verified: bool | None = None
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its running balances.

    The currency of the balances is the account's: the document's own ``currency`` field
    says ``btc`` for a dollar account.
    """

    id: str
    name: str
    balance: Money
    unconfirmed: Money
    address: str
    created: datetime
    updated: datetime | None = None
    deleted: datetime | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccountAddress:
    """An address of an account."""

    id: str
    account_id: str
    address: str
    created: datetime
    currency: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A buy, sell, send, request, deposit, withdrawal, transfer or receipt.

    Which amounts it has depends on its type; those that a type must have are checked
    when it is read. ``status`` None is one that the document does not have: whoever
    acts on it finds the text in ``raw``. ``fiat_amount`` is right for fiat wherever
    ``amount`` is not.
    """

    id: str
    type: str
    status: TransactionStatus | None
    created: datetime
    amount: Money | None = None
    fiat_amount: Money | None = None
    subtotal: Money | None = None
    fee: Money | None = None
    total: Money | None = None
    withdraw_account_id: str | None = None
    deposit_account_id: str | None = None
    sender_account_id: str | None = None
    recipient_account_id: str | None = None
    price_id: str | None = None
    memo: str | None = None
    address: str | None = None
    transaction_hash: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class BrokenItem:
    """A listed item that could not be read; the rest of the list still counts."""

    problem: str
    id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccountList:
    """The answer of GET /accounts."""

    accounts: tuple[Account, ...]
    broken: tuple[BrokenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class TransactionList:
    """A list of transactions of any type."""

    transactions: tuple[Transaction, ...]
    broken: tuple[BrokenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An entry of the exchange's order book.

    The document's new orders carry times of completion and cancellation already, so
    neither says anything.
    """

    id: str
    type: str
    side: str
    quantity: Decimal
    price: Decimal | None
    created: datetime
    completed: datetime | None = None
    canceled: datetime | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What the exchange buys and sells one bitcoin for."""

    id: str
    created: datetime
    base_currency: str
    ref_currency: str
    buy_price: Money
    sell_price: Money
    spot_price: Money
