"""Records: what the simulated exchange keeps of users, accounts and transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

#: Currency → decimal places, as the document's "Data Types" has them.
PLACES = {"btc": 8, "usd": 2}


@dataclass(slots=True)
class User:
    """A user login."""

    id: str
    email: str
    password: str = field(repr=False)
    full_name: str
    country: str
    created: datetime
    is_admin: bool = False


@dataclass(slots=True)
class Session:
    """A session; its token is valid for 24 hours."""

    id: str
    user_id: str
    token: str = field(repr=False)
    created: datetime


@dataclass(slots=True)
class Address:
    """An address of an account."""

    id: str
    account_id: str
    address: str
    created: datetime


@dataclass(slots=True)
class Account:
    """An account with its running balances."""

    id: str
    user_id: str
    name: str
    currency: str
    created: datetime
    updated: datetime
    address: str = ""
    balance: Decimal = Decimal(0)
    unconfirmed: Decimal = Decimal(0)
    deleted: datetime | None = None
    addresses: list[Address] = field(default_factory=list)


@dataclass(slots=True)
class Transaction:
    """A transaction of any type; which fields it has depends on the type."""

    id: str
    user_id: str
    type: str
    status: str
    created: datetime
    memo: str = ""
    amount: Decimal = Decimal(0)
    currency: str = "btc"
    fiat_amount: Decimal = Decimal(0)
    subtotal: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    withdraw_account_id: str | None = None
    deposit_account_id: str | None = None
    sender_account_id: str | None = None
    recipient_account_id: str | None = None
    recipient_id: str | None = None
    price_id: str | None = None
    email_address: str = ""
    address: str = ""
    transaction_hash: str = ""
    #: When a sale or purchase that was confirmed is carried out.
    due: datetime | None = None

    def touches(self, account_id: str) -> bool:
        """Tell whether it is one of an account's transactions."""
        return account_id in (
            self.withdraw_account_id,
            self.deposit_account_id,
            self.sender_account_id,
            self.recipient_account_id,
        )


@dataclass(slots=True)
class Order:
    """An entry of the order book."""

    id: str
    user_id: str
    type: str
    side: str
    quantity: Decimal
    price: Decimal | None
    created: datetime
    canceled: datetime | None = None


@dataclass(slots=True)
class Price:
    """A price; the newest one counts."""

    id: str
    created: datetime
    buy: Decimal
    sell: Decimal
    spot: Decimal
