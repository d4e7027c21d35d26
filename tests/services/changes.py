"""Changes: what can happen to a checkout with an invoice, whoever keeps what of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from checkout_kit import (
    CheckoutKit,
    Invoice,
    InvoiceSnapshot,
    PaymentObservation,
    PaymentStatus,
    ProviderRefused,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, ten_dollars


class Story:
    """One checkout with an invoice, and what can happen to it."""

    def __init__(self, kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
        self.kit, self.script, self.clock = kit, script, clock
        checkout = kit.create_checkout(
            ten_dollars(),
            return_url="https://shop.example/thanks",
            cancel_url="https://shop.example/cart",
        )
        self.id, self.token = checkout.id, checkout.token
        self.invoice: Invoice = kit.commit_checkout(self.id, "scripted:BTC")
        self.observation = PaymentObservation(
            "d1", self.invoice.amount, PaymentStatus.CONFIRMED
        )
        # The events so far are nobody's any more.
        kit.run_due()

    def report(self, **changes: Any) -> None:
        """Have the provider report the payment, changed like this."""
        observation = replace(self.observation, **changes)
        self.script.payments[self.invoice.id] = [observation]
        self.check()

    def report_less(self) -> None:
        """Have the provider report half of the money."""
        half = replace(self.invoice.amount, amount=self.invoice.amount.amount / 2)
        self.report(amount=half)

    def report_nothing(self) -> None:
        """Have the provider leave out what it reported."""
        self.script.payments[self.invoice.id] = []
        self.check()

    def report_seen(self) -> None:
        """Have the provider tell of a deposit without its amount."""
        self.script.snapshots[self.invoice.id] = InvoiceSnapshot(seen=True)
        self.check()

    def want_proof(self) -> None:
        """Have the provider ask for a proof of payment."""
        self.script.snapshots[self.invoice.id] = InvoiceSnapshot(wants_proof=True)
        self.check()

    def want_no_proof(self) -> None:
        """Have the provider ask for none any more."""
        del self.script.snapshots[self.invoice.id]
        self.check()

    def check(self) -> None:
        """Ask the provider now."""
        self.kit.check_checkout(self.id)

    def let_expire(self) -> None:
        """Let the checkout's time run out, and be told of."""
        self.clock.advance(25 * 60 * 60)
        self.kit.run_due()

    def refuse_another(self) -> None:
        """Choose anew after the price has expired, and be refused."""
        self.clock.advance(61 * 60)

        def refuse() -> None:
            raise ProviderRefused("scripted", "no")

        self.script.on["create_invoice"] = refuse
        with pytest.raises(Exception, match="refused"):
            self.kit.commit_checkout(self.id, "scripted:BTC")
        del self.script.on["create_invoice"]


_Step = Callable[[Story], object]
_DETECTED = PaymentStatus.DETECTED
#: What happens before the page is kept, and then while it is.
CHANGES: dict[str, tuple[_Step | None, _Step]] = {
    "seen without an amount": (None, Story.report_seen),
    "detected": (None, lambda story: story.report(status=_DETECTED)),
    "confirmed": (
        lambda story: story.report(status=_DETECTED),
        lambda story: story.report(),
    ),
    "paid in part": (None, Story.report_less),
    "grown": (Story.report_less, lambda story: story.report()),
    "no longer listed": (
        lambda story: story.report(status=_DETECTED),
        Story.report_nothing,
    ),
    "reversed": (
        lambda story: story.report(),
        lambda story: story.report(status=PaymentStatus.REVERSED),
    ),
    "told its transaction": (
        lambda story: story.report(status=_DETECTED),
        lambda story: story.report(status=_DETECTED, transaction_id="tx-4711"),
    ),
    "asked for a proof": (None, Story.want_proof),
    "asked for none": (Story.want_proof, Story.want_no_proof),
    "cancelled": (None, lambda story: story.kit.cancel_checkout(story.id)),
    "resolved": (
        Story.report_less,
        lambda story: story.kit.resolve_checkout(story.id, accepted=True),
    ),
    "price expired": (None, lambda story: story.clock.advance(61 * 60)),
    "checkout expired": (None, lambda story: story.clock.advance(25 * 60 * 60)),
    "expired and announced": (None, Story.let_expire),
    "refused": (None, Story.refuse_another),
}
