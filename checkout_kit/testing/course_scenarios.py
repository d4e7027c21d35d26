"""Scenarios of a payment's course: seen, taken back, astray, and changes of mind."""

from __future__ import annotations

from checkout_kit import CheckoutState, NotSupported
from checkout_kit.testing.bench import Memo
from checkout_kit.testing.scene import Scene


class CourseScenarios:
    """Only money that stays, and that is meant for the invoice, pays a checkout."""

    def test_reversed_before_confirmation(self, scene: Scene) -> None:
        """A deposit that vanishes before it is final leaves nothing behind."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay(invoice, confirmed=False)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.IN_PROGRESS
        assert not checkout.is_paid
        scene.bench.reverse(external_id)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.NEW_CHARGE
        assert checkout.amount_due == checkout.total
        assert not scene.events(checkout.id, "checkout.paid")

    def test_reversed_after_confirmation(self, scene: Scene) -> None:
        """Final money that goes all the same is an operator's case."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        scene.bench.reverse(external_id)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.UNRESOLVED_GENERIC
        assert not checkout.is_paid
        assert len(scene.events(checkout.id, "checkout.paid")) == 1
        assert len(scene.events(checkout.id, "checkout.reversed")) == 1

    def test_seen_without_amount(self, scene: Scene) -> None:
        """A deposit of unknown amount is shown as seen, and counts for nothing."""
        invoice = scene.open_invoice()
        external_id = scene.bench.announce(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.IN_PROGRESS
        assert checkout.status.detected_credit == 0
        assert not checkout.is_paid
        scene.bench.confirm(external_id)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED

    def test_method_changed_then_old_invoice_paid(self, scene: Scene) -> None:
        """Money sent to the instructions shown before still counts."""
        checkout = scene.open_checkout()
        methods = [quote.method.id for quote in scene.quotes(checkout.id)]
        if len(methods) < 2:
            raise NotSupported("it has only one payment method for this charge")
        chosen = scene.pick_method(checkout.id)
        old = scene.commit(checkout.id, chosen)
        scene.bench.advance(30)
        new = scene.commit(checkout.id, next(m for m in methods if m != chosen))
        assert new.id != old.id
        scene.bench.pay(old)
        checkout = scene.look(checkout.id)
        assert checkout.state is CheckoutState.COMPLETED
        paid = {invoice.id: invoice.payments for invoice in checkout.invoices}
        assert paid[old.id]
        assert not paid[new.id]

    def test_expired_then_requoted(self, scene: Scene) -> None:
        """After the invoice's time a new one keeps the order, and is on time."""
        old = scene.open_invoice()
        scene.expire(old)
        checkout = scene.look(old.checkout_id)
        assert checkout.state is CheckoutState.EXPIRED
        new = scene.commit(old.checkout_id)
        assert new.id != old.id
        assert new.reference != old.reference
        assert scene.read(old.checkout_id).state is CheckoutState.NEW_CHARGE
        scene.bench.pay(new)
        checkout = scene.look(old.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED

    def test_cancelled_then_paid(self, scene: Scene) -> None:
        """Money after a cancellation is kept, is late, and says so."""
        invoice = scene.open_invoice()
        scene.bench.advance(30)
        checkout = scene.kit.cancel_checkout(invoice.checkout_id, actor="buyer")
        assert checkout.state is CheckoutState.CANCELLED
        scene.look(invoice.checkout_id)
        scene.bench.pay(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.DELAYED_COMPLETED
        assert checkout.is_paid
        (event,) = scene.events(checkout.id, "checkout.paid")
        assert event.data["is_late"] is True
        assert event.data["cancelled_at"] is not None

    def test_missing_memo_or_tag(self, scene: Scene) -> None:
        """Money without the right memo belongs to nobody, until somebody cares."""
        for invoice in scene.open_invoices_with_memo():
            strays = [
                scene.bench.pay(invoice, memo=Memo.MISSING),
                scene.bench.pay(invoice, memo=Memo.WRONG),
            ]
            checkout = scene.look(invoice.checkout_id)
            assert checkout.status.detected_credit == 0
            assert not checkout.is_paid
            if scene.bench.reports_strays:
                assert all(scene.count_unmatched(stray) == 1 for stray in strays)

    def test_wrong_asset(self, scene: Scene) -> None:
        """Another asset than the invoice's is never credited, whatever it is worth."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay_wrong_asset(invoice)
        checkout = scene.look(invoice.checkout_id)
        assert checkout.status.detected_credit == 0
        assert not checkout.is_paid
        if scene.bench.reports_strays:
            assert scene.count_unmatched(external_id) == 1

    def test_unknown_deposit_is_unmatched(self, scene: Scene) -> None:
        """Money that fits no invoice goes to the operators' inbox, once."""
        invoice = scene.open_invoice()
        external_id = scene.bench.pay_nobody()
        for _ in range(2):
            checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.NEW_CHARGE
        assert scene.count_unmatched(external_id) == 1
