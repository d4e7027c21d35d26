"""Answers about checkouts and payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from checkout_kit_coinqvest.answers.listing import BrokenItem

_STELLAR = frozenset({"XLM", "STELLAR", "STELLAR NETWORK"})


class CheckoutVerdict(str, Enum):
    """The provider's own word on a checkout (GET /checkout, ``state``)."""

    NEW_CHARGE = "NEW_CHARGE"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
    UNRESOLVED_GENERIC = "UNRESOLVED_GENERIC"
    UNRESOLVED_UNDERPAID = "UNRESOLVED_UNDERPAID"
    UNRESOLVED_OVERPAID = "UNRESOLVED_OVERPAID"
    DELAYED_COMPLETED = "DELAYED_COMPLETED"
    DELAYED_UNDERPAID = "DELAYED_UNDERPAID"
    DELAYED_OVERPAID = "DELAYED_OVERPAID"
    RESOLVED = "RESOLVED"


class PaymentState(str, Enum):
    """Whether a payment was credited to the account."""

    RESOLVED = "RESOLVED"
    UNRESOLVED = "UNRESOLVED"


@dataclass(frozen=True, slots=True)
class OfferedMethod:
    """One way to pay in the answer of POST /checkout; the amount is indicative."""

    asset_code: str
    payment_amount: Decimal
    blockchain: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutAnswer:
    """The answer of POST /checkout."""

    id: str
    payment_methods: tuple[OfferedMethod, ...]


@dataclass(frozen=True, slots=True)
class HostedAnswer:
    """The answer of POST /checkout/hosted."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class CommitAnswer:
    """The answer of POST /checkout/commit: where to pay what."""

    checkout_id: str
    asset_code: str
    amount: Decimal
    address: str
    expiration_time: datetime
    memo: str | None = None
    memo_type: str | None = None
    destination_tag: int | None = None
    blockchain: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """A payment, wherever it is listed.

    ``state`` None means that the answer had none: then it counts as not credited.
    """

    id: str
    timestamp: datetime
    credit_asset_code: str
    credit_amount: Decimal
    source_asset_code: str
    source_amount: Decimal
    source_blockchain: str
    state: PaymentState | None = None
    credit_asset_issuer: str | None = None
    source_asset_issuer: str | None = None
    source_account: str | None = None
    source_tx_id: str | None = None
    checkout_id: str | None = None

    @property
    def is_credited(self) -> bool:
        """Whether the merchant's account was credited."""
        return self.state is PaymentState.RESOLVED

    @property
    def is_on_stellar(self) -> bool:
        """Whether it came over the Stellar network, where anybody may issue assets."""
        return self.source_blockchain.upper() in _STELLAR


@dataclass(frozen=True, slots=True)
class CheckoutObject:
    """A checkout as GET /checkout and GET /checkouts describe it."""

    id: str
    timestamp: datetime
    state: CheckoutVerdict
    payments: tuple[PaymentAnswer, ...]
    hosted_checkout_url: str | None = None
    webhook: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A page of GET /payments, newest first; ``length`` counts broken items too."""

    payments: tuple[PaymentAnswer, ...]
    broken: tuple[BrokenItem, ...]
    length: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """A page of GET /checkouts, newest first; ``length`` counts broken items too."""

    checkouts: tuple[CheckoutObject, ...]
    broken: tuple[BrokenItem, ...]
    length: int
    count: int | None = None
