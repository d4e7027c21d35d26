"""Scenarios of amounts and time: what is paid, in how many parts, and when."""

from __future__ import annotations

import threading

from checkout_kit import CheckoutState, Invoice
from checkout_kit.testing.scene import Scene


class AmountScenarios:
    """What buyers send is credited once, to the last unit, in whatever order."""

    def test_exact(self, scene: Scene) -> None:
        """Paying the shown amount pays the checkout, exactly."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.is_paid
        assert checkout.status.confirmed_credit == checkout.total.fraction
        payments = checkout.invoices[0].payments
        assert [payment.external_id for payment in payments] == [external_id]
        assert len(scene.events(checkout.id, "checkout.paid")) == 1

    def test_exact_in_two_parts(self, scene: Scene) -> None:
        """Two deposits that add up are as good as one."""
        invoice = scene.open_invoice()
        first = scene.part_of(invoice, 50)
        scene.bench.pay(invoice, first)
        scene.bench.pay(invoice, invoice.amount - first)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.status.confirmed_credit == checkout.total.fraction

    def test_under_then_top_up(self, scene: Scene) -> None:
        """Too little is not enough; the rest to the same invoice completes it."""
        invoice = scene.open_invoice()
        first = scene.part_of(invoice, 60)
        scene.bench.pay(invoice, first)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.UNRESOLVED_UNDERPAID
        assert not checkout.is_paid
        scene.bench.pay(invoice, invoice.amount - first)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.status.confirmed_credit == checkout.total.fraction

    def test_under_then_rest_by_new_invoice(self, scene: Scene) -> None:
        """The rest can be quoted anew, and then completes the checkout."""
        invoice = scene.open_invoice()
        scene.bench.pay(invoice, scene.part_of(invoice, 60))
        due = scene.look(invoice.checkout_id).amount_due
        assert due < invoice.covers
        rest = scene.commit(invoice.checkout_id)
        assert rest.covers == due
        scene.bench.pay(rest)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED

    def test_over(self, scene: Scene) -> None:
        """Too much pays the checkout, and somebody has to care for the excess."""
        invoice = scene.open_invoice()
        scene.bench.pay(invoice, invoice.amount + scene.part_of(invoice, 10))
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.UNRESOLVED_OVERPAID
        assert checkout.is_paid
        assert checkout.status.amount_over.amount > 0

    def test_late_exact(self, scene: Scene) -> None:
        """Enough, but after the invoice's time."""
        invoice = scene.open_invoice()
        _look_when_expired(scene, invoice)
        scene.bench.pay(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.DELAYED_COMPLETED
        assert checkout.is_paid
        (event,) = scene.events(checkout.id, "checkout.paid")
        assert event.data["is_late"] is True

    def test_late_under(self, scene: Scene) -> None:
        """Too little, and too late."""
        invoice = scene.open_invoice()
        _look_when_expired(scene, invoice)
        scene.bench.pay(invoice, scene.part_of(invoice, 60))
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.DELAYED_UNDERPAID
        assert not checkout.is_paid

    def test_late_over(self, scene: Scene) -> None:
        """Too much, and too late."""
        invoice = scene.open_invoice()
        _look_when_expired(scene, invoice)
        scene.bench.pay(invoice, invoice.amount + scene.part_of(invoice, 10))
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.DELAYED_OVERPAID
        assert checkout.is_paid

    def test_duplicate_report(self, scene: Scene) -> None:
        """A deposit that is reported again and again counts once."""
        invoice = scene.open_invoice()
        scene.bench.pay(invoice)
        for _ in range(3):
            checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.status.confirmed_credit == checkout.total.fraction
        assert len(checkout.invoices[0].payments) == 1
        assert len(scene.events(checkout.id, "payment.detected")) == 1
        assert len(scene.events(checkout.id, "checkout.paid")) == 1

    def test_reordered_reports(self, scene: Scene) -> None:
        """An answer that is overtaken by a newer one can't undo it."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay(invoice, confirmed=False)
        held = scene.probe.hold_answer("detect_payments")
        early = threading.Thread(
            target=scene.kit.check_checkout, args=(invoice.checkout_id,), daemon=True
        )
        early.start()
        try:
            held.wait_until_held()
            scene.bench.confirm(external_id)
            scene.let_claims_run_out()
            checkout = scene.look(invoice.checkout_id)
            assert checkout.state is CheckoutState.COMPLETED
        finally:
            held.release()
            early.join()
        checkout = scene.read(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.status.confirmed_credit == checkout.total.fraction
        assert not scene.events(checkout.id, "checkout.reversed")

    def test_growing_snapshot(self, scene: Scene) -> None:
        """Money that comes bit by bit adds up, however often it is looked at."""
        invoice = scene.open_invoice()
        first, second = scene.part_of(invoice, 30), scene.part_of(invoice, 30)
        so_far = invoice.covers.fraction / invoice.amount.fraction * first.fraction
        scene.bench.pay(invoice, first)
        for _ in range(2):
            checkout = scene.look(invoice.checkout_id)
            assert checkout.status.confirmed_credit == so_far
        scene.bench.pay(invoice, second)
        for _ in range(2):
            checkout = scene.look(invoice.checkout_id)
            assert checkout.status.confirmed_credit == 2 * so_far
        assert checkout.state is CheckoutState.UNRESOLVED_UNDERPAID
        scene.bench.pay(invoice, invoice.amount - first - second)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        assert checkout.status.confirmed_credit == checkout.total.fraction


def _look_when_expired(scene: Scene, invoice: Invoice) -> None:
    """Let an invoice's time run out, and have it seen that nothing came before."""
    scene.expire(invoice)
    assert scene.look(invoice.checkout_id).state is CheckoutState.EXPIRED
