"""The fake provider's bench: its books, moved from outside."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import Currency, Invoice, Money, PaymentStatus, WebhookRequest
from checkout_kit.testing import Bench, FakeClock, Fault, Memo
from tests.fakes.faults import FakeFault
from tests.fakes.ledger import FakeLedger

_FAULTS = {
    Fault.TIMEOUT: FakeFault.HANG,
    Fault.RATE_LIMITED: FakeFault.RATE_LIMIT,
    Fault.SERVER_ERROR: FakeFault.SERVER_ERROR,
    Fault.MALFORMED: FakeFault.MALFORMED,
    Fault.NOT_FOUND: FakeFault.REFUSE,
    Fault.SLOW: FakeFault.SLOW,
}
_WRONG_ASSETS = {
    "XLM": "USD:GBVHMF5LP3DZSF76OUDNC6NXITAHQCEW47ZGEHTYFHCQD6JL3L2EL4TV@stellar",
}


class FakeBench(Bench):
    """Moves the fake provider; everything is supported that needs no HTTP."""

    def __init__(self, *, running_balance: bool = False) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        self.ledger = FakeLedger(self._clock, running_balance=running_balance)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._clock.advance(seconds)

    def count_invoices(self) -> int:
        """Count the ledger's invoices."""
        return len(self.ledger.invoices)

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the ledger's credits for an invoice."""
        prefix = f"settle:{invoice.id}:"
        return sum(key.startswith(prefix) for key in self.ledger.settlements)

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Deposit, on the invoice if the memo tells whose it is."""
        reference = invoice.reference if memo is Memo.AS_SHOWN else None
        status = PaymentStatus.CONFIRMED if confirmed else PaymentStatus.DETECTED
        return self.ledger.deposit(reference, amount or invoice.amount, status)

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """Deposit something else on the invoice."""
        currency = Currency.parse(_WRONG_ASSETS[invoice.amount.currency.code])
        amount = Money("1000", currency)
        return self.ledger.deposit(invoice.reference, amount, PaymentStatus.CONFIRMED)

    def pay_nobody(self) -> str:
        """Deposit on no invoice at all."""
        amount = Money("5", "XLM")
        return self.ledger.deposit(None, amount, PaymentStatus.CONFIRMED)

    def announce(self, invoice: Invoice) -> str:
        """Deposit, but don't tell the amount yet."""
        return self.ledger.deposit(
            invoice.reference,
            invoice.amount,
            PaymentStatus.DETECTED,
            is_amount_known=False,
        )

    def confirm(self, external_id: str) -> None:
        """Make a deposit final."""
        self.ledger.confirm(external_id)

    def reverse(self, external_id: str) -> None:
        """Take a deposit back."""
        self.ledger.reverse(external_id)

    def fail(self, fault: Fault, times: int) -> None:
        """Let the next answers go wrong."""
        self.ledger.fail(_FAULTS[fault], times)

    def webhooks(self) -> Sequence[WebhookRequest]:
        """What the ledger sent."""
        return list(self.ledger.webhooks)
