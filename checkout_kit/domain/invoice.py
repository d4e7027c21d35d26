"""Invoices: one attempt to be paid, by one method, through one provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from checkout_kit.domain.memo import check_destination_tag, check_memo
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentObservation
from checkout_kit.domain.quote import PaymentMethod
from checkout_kit.errors import AmountError, InputError

#: At most this many invoices are made for one checkout.
MAX_INVOICES = 10


class InvoiceStatus(str, Enum):
    """How far the making of an invoice has come; payment is the checkout's matter."""

    #: Written down before the provider is called; repeated after a crash.
    INTENDED = "INTENDED"
    #: The provider has it, and it is watched.
    OPEN = "OPEN"
    #: The provider refused to make it; no money can have been sent for it.
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class DepositInstructions:
    """Where to send how much, and what to write on it.

    ``destination_tag`` 0 is a tag; None is none. ``memo_type`` is the network's name
    for the memo's kind (``text``, ``id``, ``hash``, ``return`` on Stellar).
    """

    address: str
    amount: Money
    network: str
    memo: str | None = None
    memo_type: str | None = None
    destination_tag: int | None = None
    payment_uri: str | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.address or len(self.address) > 200:
            raise InputError("instructions.address", "must be of 1 to 200 characters")
        # ASCII only: an invisible or look-alike sign would be copied along.
        is_plain = self.address.isascii() and self.address.isprintable()
        if not is_plain or " " in self.address:
            raise InputError(
                "instructions.address", "holds a blank, control or non-ASCII sign"
            )
        if self.amount.amount <= 0:
            raise AmountError("instructions.amount", "must be more than zero")
        if self.memo is not None:
            is_stellar = self.amount.currency.network == "stellar"
            kind = self.memo_type if is_stellar else None
            check_memo(self.memo, kind, field="instructions.memo")
        if self.destination_tag is not None:
            check_destination_tag(
                self.destination_tag, field="instructions.destinationTag"
            )
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise InputError("instructions.expiresAt", "must have a time zone")

    @property
    def needs_memo(self) -> bool:
        """Whether money sent without the memo or tag is lost or delayed."""
        return self.memo is not None or self.destination_tag is not None


@dataclass(frozen=True, slots=True)
class ProviderInvoice:
    """What a provider answers when an invoice is made.

    ``reference`` is the provider's id of it. Either ``instructions`` or a
    ``redirect_url`` on the provider's own page is given. ``amount`` is the one to pay:
    the quote's own if that was firm, and not far from it else. ``provider_data`` is the
    plugin's own: JSON values only, stored and handed back with the invoice.
    """

    reference: str
    amount: Money
    instructions: DepositInstructions | None = None
    # Such a link may hold a token that lets whoever has it pay, or see who pays.
    redirect_url: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    provider_data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.instructions is None) == (self.redirect_url is None):
            raise InputError(
                "invoice", "must have either deposit instructions or a redirect URL"
            )
        if not 1 <= len(self.reference) <= 200:
            raise InputError("invoice.reference", "must be of 1 to 200 characters")
        if self.amount.amount <= 0:
            raise AmountError("invoice.amount", "must be more than zero")
        if self.instructions and self.instructions.amount != self.amount:
            raise AmountError("invoice.amount", "is not the one in the instructions")
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise InputError("invoice.expiresAt", "must have a time zone")


@dataclass(frozen=True, slots=True)
class Invoice:
    """One payment attempt with one provider.

    ``covers`` (charge currency) and ``amount`` (asset) are frozen when it is made: who
    sends exactly ``amount`` has paid off exactly ``covers``. ``is_firm`` says that the
    quote's amount was promised. ``check_no`` is the number
    of the last check begun, ``snapshot_no`` of the newest complete snapshot taken in.
    ``checked_at`` is when the last successful check began. ``is_urgent`` tells a plugin
    that someone waits: a page is open, or a webhook came. ``wants_proof`` says that the
    provider takes a proof of payment for it.
    """

    id: str
    checkout_id: str
    method: PaymentMethod
    operation_key: str
    covers: Money
    amount: Money
    status: InvoiceStatus
    created_at: datetime
    expires_at: datetime
    reference: str | None = None
    instructions: DepositInstructions | None = None
    redirect_url: str | None = field(default=None, repr=False)
    provider_data: Mapping[str, Any] = field(default_factory=dict)
    quote_reference: Mapping[str, Any] = field(default_factory=dict)
    is_firm: bool = False
    check_no: int = 0
    snapshot_no: int = 0
    checked_at: datetime | None = None
    seen: bool = False
    provider_state: str | None = None
    is_urgent: bool = False
    wants_proof: bool = False
    payments: tuple[Payment, ...] = ()

    @property
    def provider(self) -> str:
        """The name of the provider plugin."""
        return self.method.provider

    def is_missing(self, payment: Payment) -> bool:
        """Whether the newest complete snapshot no longer listed this payment."""
        return payment.ticket < self.snapshot_no


@dataclass(frozen=True, slots=True)
class InvoiceSnapshot:
    """What a provider knows of one invoice at one look.

    ``seen`` means that a deposit is reported without an amount. ``is_complete`` False
    means that only news are listed, so that a payment left out has not gone.
    ``provider_state`` is the provider's own verdict, stored and shown to operators,
    never followed. ``wants_proof`` has the page ask the buyer for a proof of payment.
    """

    payments: Sequence[PaymentObservation] = ()
    seen: bool = False
    provider_state: str | None = None
    is_complete: bool = True
    wants_proof: bool = False


@dataclass(frozen=True, slots=True)
class UnmatchedDeposit:
    """Money that arrived but fits no invoice, with what is known of it.

    It goes to the operators' inbox; nobody is credited. ``provider`` is filled in by
    the kit.
    """

    external_id: str
    reason: str
    amount: Money | None = None
    received_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    provider: str = ""


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """What a batch of invoices looks like at the provider, by invoice id.

    An invoice without a snapshot could not be looked at: it alone is tried later.
    """

    snapshots: Mapping[str, InvoiceSnapshot]
    unmatched: Sequence[UnmatchedDeposit] = ()
