"""The fake provider's books: invoices, deposits and credits, in memory."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from checkout_kit import (
    Clock,
    Money,
    PaymentObservation,
    PaymentStatus,
    Settlement,
    WebhookRequest,
)
from tests.fakes.faults import FakeFault

SECRET = b"fake-webhook-secret"
SIGNATURE_HEADER = "x-fake-signature"


@dataclass(frozen=True, slots=True)
class FakeInvoice:
    """An invoice as the fake provider keeps it; ``number`` is its memo and tag."""

    key: str
    number: int
    amount: Money

    @property
    def reference(self) -> str:
        """The provider's id of it."""
        return f"invoice-{self.number}"


@dataclass(slots=True)
class _Deposit:
    observation: PaymentObservation
    reference: str | None
    is_amount_known: bool = True


class FakeLedger:
    """All that the fake provider knows; safe for many threads.

    With ``running_balance`` it reports one payment per invoice, that grows.
    """

    def __init__(self, clock: Clock, *, running_balance: bool = False) -> None:
        self.clock = clock
        self.running_balance = running_balance
        #: How often settling is answered with "not yet" first.
        self.settlement_delay = 0
        #: How often each hook was called.
        self.calls: Counter[str] = Counter()
        self.invoices: dict[str, FakeInvoice] = {}
        self.settlements: dict[str, Settlement] = {}
        self.webhooks: list[WebhookRequest] = []
        self._deposits: list[_Deposit] = []
        self._faults: list[tuple[FakeFault, str | None]] = []
        self._lock = threading.RLock()
        self._wake = threading.Event()

    # What the plugin asks

    def create_invoice(self, key: str, amount: Money) -> FakeInvoice:
        """Make an invoice; the same key gives the same one."""
        with self._lock:
            number = len(self.invoices) + 1
            return self.invoices.setdefault(key, FakeInvoice(key, number, amount))

    def list_deposits(
        self, reference: str | None
    ) -> tuple[Sequence[PaymentObservation], bool]:
        """The deposits of an invoice, None for strays; and whether more was seen."""
        with self._lock:
            found = [d for d in self._deposits if d.reference == reference]
            known = [d.observation for d in found if d.is_amount_known]
        if self.running_balance and reference is not None:
            known = _as_one(known, reference)
        return known, any(not deposit.is_amount_known for deposit in found)

    def settle(self, key: str, amount: Money) -> Settlement | None:
        """Credit the merchant; the same key credits once. None for "not yet"."""
        with self._lock:
            if self.settlement_delay:
                self.settlement_delay -= 1
                return None
            reference = f"credit-{len(self.settlements) + 1}"
            credit = Settlement(reference, amount, settled_at=self.clock.now())
            return self.settlements.setdefault(key, credit)

    # What buyers and the network do

    def deposit(
        self,
        reference: str | None,
        amount: Money,
        status: PaymentStatus,
        *,
        is_amount_known: bool = True,
    ) -> str:
        """Let a deposit arrive; the reference is None for one that fits nothing."""
        with self._lock:
            external_id = f"deposit-{len(self._deposits) + 1}"
            observation = PaymentObservation(
                external_id, amount, status, received_at=self.clock.now()
            )
            self._deposits.append(_Deposit(observation, reference, is_amount_known))
            self._send_webhook(reference)
        is_merged = self.running_balance and reference is not None
        return str(reference) if is_merged else external_id

    def confirm(self, external_id: str) -> None:
        """Make deposits final, and their amount known."""
        self._change(external_id, PaymentStatus.CONFIRMED)

    def reverse(self, external_id: str) -> None:
        """Take deposits back; one that was not final vanishes."""
        with self._lock:
            self._deposits = [
                d
                for d in self._deposits
                if external_id not in (d.observation.external_id, d.reference)
                or d.observation.status is PaymentStatus.CONFIRMED
            ]
        self._change(external_id, PaymentStatus.REVERSED)

    def _change(self, external_id: str, status: PaymentStatus) -> None:
        with self._lock:
            for deposit in self._deposits:
                seen = deposit.observation
                if external_id in (seen.external_id, deposit.reference):
                    deposit.is_amount_known = True
                    deposit.observation = PaymentObservation(
                        seen.external_id, seen.amount, status, seen.received_at
                    )
                    self._send_webhook(deposit.reference)

    def _send_webhook(self, reference: str | None) -> None:
        number = len(self.webhooks) + 1
        body = json.dumps({"number": number, "invoice": reference}).encode()
        headers = {"content-type": "application/json", SIGNATURE_HEADER: sign(body)}
        self.webhooks.append(WebhookRequest("POST", "", headers, body, "127.0.0.1"))

    # Faults

    def fail(
        self, fault: FakeFault, times: int = 1, *, hook: str | None = None
    ) -> None:
        """Let the next so many answers go wrong, of one hook or of any; 0 ends all."""
        with self._lock:
            if times:
                self._wake.clear()
                self._faults += [(fault, hook)] * min(times, 1000)
            else:
                self._faults.clear()
                self._wake.set()

    def take_fault(self, hook: str) -> FakeFault | None:
        """Count a call, and take the fault that is meant for it."""
        with self._lock:
            self.calls[hook] += 1
            for index, (fault, wanted) in enumerate(self._faults):
                if wanted in (None, hook):
                    del self._faults[index]
                    return fault
        return None

    def dawdle(self, seconds: float) -> None:
        """Take so long; the end of all faults ends it early."""
        self._wake.wait(seconds)


def sign(body: bytes) -> str:
    """The signature of a webhook's body."""
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def _as_one(
    deposits: Sequence[PaymentObservation], reference: str
) -> list[PaymentObservation]:
    if not deposits:
        return []
    standing = [d for d in deposits if d.status is not PaymentStatus.REVERSED]
    statuses = {d.status for d in standing or deposits}
    # A balance is as sure as its least sure part.
    status = statuses.pop() if len(statuses) == 1 else PaymentStatus.DETECTED
    total = Money.total(
        (d.amount for d in standing or deposits), deposits[0].amount.currency
    )
    return [PaymentObservation(reference, total, status, deposits[-1].received_at)]
