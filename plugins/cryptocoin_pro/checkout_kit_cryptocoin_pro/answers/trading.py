"""Answers about trades: quotes, orders, deposit addresses, and buyers' checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any


class OrderStatus(str, Enum):
    """How far an order has come; no other status is in the document."""

    PAYMENT_WAITING = "PAYMENT_WAITING"
    PROCESSING_PAYMENT = "PROCESSING_PAYMENT"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class QuoteStatus(str, Enum):
    """Whether a quote can be confirmed; ``completed`` is one that was."""

    AVAILABLE = "available"
    COMPLETED = "completed"
    EXPIRED = "expired"


class CheckoutStatus(str, Enum):
    """How far a buyer has come on the provider's page; ``finished`` is not paid."""

    CREATED = "created"
    PROCESSING = "processing"
    FINISHED = "finished"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Order:
    """A deposit, purchase, sale or withdrawal.

    ``status`` None is one that the document does not have: whoever acts on it finds
    the text in ``raw``. ``operation`` is the document's ``typeOperationName``.
    ``checkout_id`` and ``request_id`` are known of a single order only.
    """

    id: str
    status: OrderStatus | None
    operation: str
    created: datetime
    source: str | None = None
    source_amount: Decimal | None = None
    target: str | None = None
    target_amount: Decimal | None = None
    rate: Decimal | None = None
    commission: Decimal | None = None
    wallet: str | None = None
    tx_id: str | None = None
    public_id: str | None = None
    payment_method: str | None = None
    payment_id: str | None = None
    is_proven: bool | None = None
    quote_id: str | None = None
    checkout_id: str | None = None
    request_id: str | None = None
    parent_id: str | None = None
    child_id: str | None = None
    user_id: str | None = None
    kyc_level_required: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer to sell, buy or withdraw; ``rate`` contains the commission already.

    Of a sale ``source`` is the coin and ``total`` fiat; of a purchase the other way
    round, while ``amount`` is always in coins.
    """

    id: str
    status: QuoteStatus | None
    operation: str
    source: str
    target: str
    amount: Decimal
    rate: Decimal
    total: Decimal
    expires_at: datetime
    created: datetime | None = None
    source_commission: Decimal | None = None
    target_commission: Decimal | None = None
    order_id: str | None = None
    wallet: str | None = None
    confirm_url: str | None = field(default=None, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class DepositAddress:
    """An address of the user's account."""

    id: str
    address: str
    chain: str
    destination: str
    status: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A buyer's visit to the provider's page; ``request_id`` is the kit's key.

    ``status`` None is one that the document does not have. Links hold tokens.
    """

    id: str
    status: CheckoutStatus | None
    status_text: str
    step: str | None
    request_id: str | None
    payment_type: str | None
    user_id: str
    created: datetime
    expires_at: datetime | None = None
    url: str | None = field(default=None, repr=False)
