"""Scenarios of recovery: what a crash or a lost answer cut off happens exactly once."""

from __future__ import annotations

import threading

import pytest

from checkout_kit import CheckoutState, InvoiceStatus
from checkout_kit.testing.probe import Crash
from checkout_kit.testing.scene import Scene

# The sweeper comes when a call can't be under way any more.
_SWEEP = 60


class RecoveryScenarios:
    """The same key is the same thing, whoever asks and however often."""

    def test_crash_between_intent_and_result(self, scene: Scene) -> None:
        """The process dies after the provider acted, before that is written down."""
        checkout = scene.open_checkout()
        method_id = scene.pick_method(checkout.id)
        dying = scene.reopened()
        dying.probe.crash_after("create_invoice")
        with pytest.raises(Crash):
            dying.kit.commit_checkout(checkout.id, method_id)
        dying.close()
        assert scene.bench.count_invoices() == 1
        scene.let_claims_run_out()
        scene.work(_SWEEP)
        invoice = scene.newest_invoice(checkout.id)
        assert invoice.status is InvoiceStatus.OPEN
        assert scene.bench.count_invoices() == 1
        scene.bench.pay(invoice)
        assert scene.look(checkout.id).state is CheckoutState.COMPLETED

    def test_same_key_twice(self, scene: Scene) -> None:
        """Two processes that ask with one key are given the same invoice."""
        checkout = scene.open_checkout()
        method_id = scene.pick_method(checkout.id)
        other = scene.reopened()
        held = other.probe.hold_answer("create_invoice")
        thread = threading.Thread(
            target=other.kit.commit_checkout,
            args=(checkout.id, method_id),
            daemon=True,
        )
        thread.start()
        try:
            held.wait_until_held()
            scene.work(_SWEEP)
            invoice = scene.newest_invoice(checkout.id)
            assert invoice.status is InvoiceStatus.OPEN
        finally:
            held.release()
            thread.join()
            other.close()
        (first,) = other.probe.answers("create_invoice")
        (second,) = scene.probe.answers("create_invoice")
        assert first.reference == second.reference
        assert first.amount == second.amount
        assert first.instructions == second.instructions
        assert scene.newest_invoice(checkout.id) == invoice
        assert scene.bench.count_invoices() == 1
