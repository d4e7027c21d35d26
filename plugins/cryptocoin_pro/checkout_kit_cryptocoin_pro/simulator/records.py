"""What the provider keeps of trade: quotes, orders, transfers, checkouts, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

_ZERO = Decimal(0)

AVAILABLE, COMPLETED, EXPIRED = "available", "completed", "expired"
PENDING = "pending"
PROCESSING_PAYMENT, PAYMENT_WAITING = "PROCESSING_PAYMENT", "PAYMENT_WAITING"
APPROVED, REJECTED = "APPROVED", "REJECTED"
#: The four statuses of an order in the document's list.
STATUSES = (PROCESSING_PAYMENT, PAYMENT_WAITING, APPROVED, REJECTED)
CREATED, PROCESSING, FINISHED = "created", "processing", "finished"

BUY_WITH_FIAT, BUY_WITH_CRYPTO = "buy_with_fiat", "buy_with_crypto"
SELL_TO_FIAT, SELL_TO_CRYPTO = "sell_to_fiat", "sell_to_crypto"
WITHDRAW, WITHDRAW_ICO, DEPOSIT = "withdraw", "withdrawIco", "deposit"
#: What a quote can be for.
OPERATIONS = (
    BUY_WITH_CRYPTO,
    BUY_WITH_FIAT,
    SELL_TO_CRYPTO,
    SELL_TO_FIAT,
    WITHDRAW,
    WITHDRAW_ICO,
)


@dataclass(slots=True)
class Quote:
    """A price that holds for a while.

    `amount` is of the coin that is bought, sold or withdrawn; `total` is what is paid
    or received for it. The commission is in `rate` already.
    """

    id: str
    public_id: str
    user_id: str
    kind: str
    operation: str
    from_symbol: str
    to_symbol: str
    amount: Decimal
    rate: Decimal
    total: Decimal
    percent: Decimal
    commission_from: Decimal
    commission_total: Decimal
    created_at: datetime
    life: timedelta
    payment_type: str | None = None
    payment_id: str | None = None
    wallet: str | None = None
    second_operation: str | None = None
    checkout_id: str | None = None
    platform_id: str | None = None
    parent_order_id: str | None = None
    order_id: str | None = None
    status: str = AVAILABLE

    @property
    def expires_at(self) -> datetime:
        """Until when it can be confirmed."""
        return self.created_at + self.life


@dataclass(slots=True)
class Order:
    """One movement of money, into the account ("in") or out of it ("out")."""

    id: str
    public_id: str
    user_id: str
    kind: str
    operation: str
    from_symbol: str | None
    from_amount: Decimal
    rate: Decimal
    to_symbol: str
    to_amount: Decimal
    status: str
    created_at: datetime
    wallet: str | None = None
    tx_id: str | None = None
    percent: Decimal = _ZERO
    commission: Decimal = _ZERO
    payment_method: str | None = None
    payment_id: str | None = None
    needs_proof: bool = False
    is_proven: bool = False
    quote_id: str | None = None
    checkout_id: str | None = None
    platform_id: str | None = None
    transfer_id: str | None = None
    parent_id: str | None = None
    child_id: str | None = None
    kyc_level: int = 1
    #: What left the balance for it.
    taken_symbol: str | None = None
    taken: Decimal = _ZERO
    #: When a sale is carried out by itself.
    due: datetime | None = None

    @property
    def direction(self) -> str:
        """`in` for what comes into the account, `out` for what leaves it."""
        is_in = self.operation in (DEPOSIT, BUY_WITH_FIAT, BUY_WITH_CRYPTO)
        return "in" if is_in else "out"

    @property
    def asset(self) -> str:
        """The coin or token that it is about."""
        if self.direction == "in" or self.from_symbol is None:
            return self.to_symbol
        return self.from_symbol

    @property
    def is_open(self) -> bool:
        """Whether it still waits for something."""
        return self.status not in (APPROVED, REJECTED)


@dataclass(slots=True)
class Transfer:
    """Coins that go from one user to another once they are confirmed."""

    id: str
    public_id: str
    kind: str
    symbol: str
    amount: Decimal
    total: Decimal
    percent: Decimal
    by_user_id: str
    from_user_id: str
    to_user_id: str
    created_at: datetime
    life: timedelta
    platform_id: str | None = None
    from_order_id: str | None = None
    to_order_id: str | None = None
    status: str = PENDING

    @property
    def expires_at(self) -> datetime:
        """Until when it can be confirmed."""
        return self.created_at + self.life


@dataclass(slots=True)
class Checkout:
    """A buyer's visit to the provider's page, opened by a platform's link."""

    id: str
    public_id: str
    platform_id: str
    user_id: str
    request_id: str
    kind: str
    symbol: str
    amount: Decimal
    fiat: str
    wallet: str | None
    second_operation: str | None
    payment_type: str
    limit: int
    url: str
    redirect_url: str
    ping_url: str
    created_at: datetime
    expires_at: datetime
    ip: str | None = None
    count: int = 0
    step: str = "account-details"
    status: str = CREATED
    order_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the buyer can still do something."""
        return self.status in (CREATED, PROCESSING)


@dataclass(slots=True)
class DepositAddress:
    """An address of a user that coins can be sent to."""

    id: str
    user_id: str
    address: str
    asset: str
    chain: str
    destination: str
    created_at: datetime
    is_used: bool = False
