"""The bench: how the conformance kit moves a simulated provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from checkout_kit import (
    Clock,
    Invoice,
    Money,
    NotSupported,
    WebhookRequest,
    WithdrawalRequest,
)
from checkout_kit.testing.loopback import LoopbackServer

#: How long a provider call may take in a scenario, in seconds.
DEADLINE = 25.0
#: The same where a provider is slow on purpose: `Fault.SLOW` must take longer.
SHORT_DEADLINE = 0.3
#: Give it to :meth:`Bench.fail` for a fault that lasts until it is taken away.
UNTIL_FURTHER_NOTICE = 1_000_000


class Fault(str, Enum):
    """What goes wrong between the plugin and its provider."""

    #: No answer comes before the plugin gives up; whether the provider acted is open.
    TIMEOUT = "TIMEOUT"
    #: The provider refuses further calls for a while (HTTP 429).
    RATE_LIMITED = "RATE_LIMITED"
    #: The provider fails (HTTP 500).
    SERVER_ERROR = "SERVER_ERROR"
    #: The answer is not what the provider's document describes.
    MALFORMED = "MALFORMED"
    #: The provider answers that there is no such thing (HTTP 404), and does nothing.
    NOT_FOUND = "NOT_FOUND"
    #: The provider does as it was told, but takes longer than `SHORT_DEADLINE`.
    SLOW = "SLOW"


class Spoil(str, Enum):
    """How a provider's answers are spoilt, after it did as it was told.

    The values are the modes of faults in ``checkout_kit.simulation``.
    """

    DUPLICATE_KEYS = "duplicate_keys"
    WRONG_TYPES = "wrong_types"
    #: Every amount, with a minus.
    NEGATIVE = "negative"
    #: Every amount, written as 1250E-2.
    EXPONENT = "exponent"
    #: Every currency and asset is XTS.
    OTHER_CURRENCY = "other_currency"
    #: Every status and state is PERHAPS.
    UNKNOWN_STATUS = "unknown_status"
    #: Eleven million bytes.
    HUGE = "huge"
    #: A few kilobytes that unpack to sixty million bytes.
    GZIP_BOMB = "gzip_bomb"
    REDIRECT = "redirect"


class Memo(str, Enum):
    """What a buyer writes on a deposit, where the instructions show a memo or tag."""

    AS_SHOWN = "AS_SHOWN"
    MISSING = "MISSING"
    WRONG = "WRONG"


class Bench(Protocol):
    """Moves the simulated provider as buyers, blockchains and outages would.

    Derive from it and write what your provider can do: whatever is left out raises
    NotSupported, which is the only way to skip a scenario, and is printed with its
    reason on the score card. Everything takes effect at once: the next look of the
    plugin at its provider shows it.
    """

    #: The clock of both the kit and the simulated provider.
    clock: Clock
    #: Whether the provider lists deposits that it could not match with an invoice.
    reports_strays: bool = True
    #: What serves the simulator over HTTP, if anything does.
    server: LoopbackServer | None = None
    #: Whether a call to the provider makes an invoice; False where a link is signed.
    makes_invoices: bool = True
    #: Whether webhooks are signed; False for pings that anybody could send.
    signs_webhooks: bool = True
    #: Whether buyers pay through it; False where it settles what others take in.
    takes_payments: bool = True

    def advance(self, seconds: float) -> None:
        """Let time pass, for the kit and the provider together."""
        raise NotSupported("the bench can't move time")

    def count_invoices(self) -> int:
        """How many invoices the provider ever made that can be paid."""
        raise NotSupported("the provider's invoices can't be counted")

    def count_settlements(self, invoice: Invoice) -> int:
        """How often the provider credited the merchant for an invoice."""
        raise NotSupported("the plugin does not settle")

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Send a deposit as the invoice's instructions say, and return its id.

        :param amount: None for exactly the invoice's amount.
        :param memo: other than ``AS_SHOWN`` only where the instructions show one.
        """
        raise NotSupported("deposits can't be simulated")

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """Send something else than the invoice's asset to its address."""
        raise NotSupported("nothing but the right asset can be sent")

    def pay_nobody(self) -> str:
        """Let a deposit arrive that belongs to no invoice of this shop."""
        raise NotSupported("the provider shows no deposits but those of invoices")

    def announce(self, invoice: Invoice) -> str:
        """Let the provider see a deposit of the right amount, but not say how much."""
        raise NotSupported("the provider never reports a deposit without its amount")

    def confirm(self, external_id: str) -> None:
        """Make an unconfirmed deposit final."""
        raise NotSupported("deposits are final at once")

    def reverse(self, external_id: str) -> None:
        """Take a deposit back, confirmed or not."""
        raise NotSupported("deposits can't be taken back")

    def fail(self, fault: Fault, times: int) -> None:
        """Let the provider's next so many answers go wrong; 0 ends it."""
        raise NotSupported(f"{fault.value.lower()} can't be simulated")

    def spoil(self, spoil: Spoil, times: int) -> None:
        """Let the provider's next so many answers be spoilt; 0 ends it."""
        raise NotSupported("spoilt answers can't be simulated")

    def mistake(self, invoice: Invoice, times: int) -> None:
        """Let the provider's next so many answers be about another; 0 ends it.

        In place of this invoice's id they have one that the shop does not know.
        """
        raise NotSupported("answers about another checkout can't be simulated")

    def leave(self, invoice: Invoice) -> None:
        """Let the buyer come back from the provider's own page without paying."""
        raise NotSupported("the provider has no page of its own")

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Give the account enough, and say what can be withdrawn from it, and where to.

        Each call plans one that the account can pay.
        """
        raise NotSupported("the plugin makes no withdrawals")

    def count_withdrawals(self) -> int:
        """How many withdrawals have left the provider's account."""
        raise NotSupported("the provider's withdrawals can't be counted")

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Every webhook that the provider sent so far, oldest first."""
        raise NotSupported("the provider sends no webhooks")


@dataclass(frozen=True, slots=True)
class ProviderUnderTest:
    """A provider plugin with all that the conformance kit needs to try it.

    ``plugin`` is its class; None takes the installed plugin ``name``. ``currency`` and
    ``total`` are what is charged, ``method`` the code of the asset that is paid with
    where it does not matter (None: the first one offered). ``below_minimum`` is a total
    and the code of an asset in which that is less than the provider takes,
    ``stale_after`` how many seconds old its last price may be where it can grow old.
    ``public_url`` is where the provider sends its webhooks to.
    """

    name: str
    bench: Bench
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    plugin: type | None = None
    currency: str = "USD"
    total: str = "50.00"
    below_minimum: tuple[str, str] | None = None
    stale_after: float | None = None
    method: str | None = None
    public_url: str = "https://shop.example"
