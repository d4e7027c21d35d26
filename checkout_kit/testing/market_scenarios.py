"""Scenarios of several: two invoices, two plugins, a page elsewhere, prices."""

from __future__ import annotations

from checkout_kit import (
    Charge,
    CheckoutState,
    LineItem,
    NotSupported,
    SettlementStatus,
)
from checkout_kit.testing.scene import Scene
from checkout_kit.testing.settler import SETTLER_NAME

_MAX_LOOKS = 30


class MarketScenarios:
    """What belongs to one invoice, one plugin or one method stays there."""

    def test_two_open_invoices_told_apart(self, scene: Scene) -> None:
        """Whatever they share, an address too: a deposit pays one of them."""
        first, second = scene.open_invoice(), scene.open_invoice()
        assert first.instructions is None or first.instructions != second.instructions
        scene.bench.pay(second)
        assert scene.look(second.checkout_id).state is CheckoutState.COMPLETED
        assert scene.look(first.checkout_id).state is CheckoutState.NEW_CHARGE
        scene.bench.pay(first)
        assert scene.look(first.checkout_id).state is CheckoutState.COMPLETED
        assert scene.look(second.checkout_id).state is CheckoutState.COMPLETED

    def test_below_minimum_drops_out(self, scene: Scene) -> None:
        """A method that takes no amount so small is not offered for it."""
        if scene.provider.below_minimum is None:
            raise NotSupported("its methods have no minimum")
        total, code = scene.provider.below_minimum
        usual = {q.method.currency.code for q in scene.quotes(scene.open_checkout().id)}
        assert code in usual
        small = scene.kit.create_checkout(
            Charge(scene.provider.currency, [LineItem("Sticker", total)])
        )
        offered = {q.method.currency.code for q in scene.quotes(small.id)}
        assert code not in offered

    def test_stale_price_is_not_quoted(self, scene: Scene) -> None:
        """Nobody pays by a price that may have changed long ago."""
        if scene.provider.stale_after is None:
            raise NotSupported("its price is never old")
        assert scene.quotes(scene.open_checkout().id)
        scene.bench.advance(scene.provider.stale_after + 1)
        assert not scene.quotes(scene.open_checkout().id)

    def test_back_from_their_page_unpaid(self, scene: Scene) -> None:
        """Coming back pays nothing; paying does, whoever came back before."""
        checkout = scene.open_checkout()
        methods = [q.method for q in scene.quotes(checkout.id) if q.method.redirects]
        if not methods:
            raise NotSupported("no method of it leads to a page of its own")
        invoice = scene.commit(checkout.id, methods[0].id)
        assert invoice.redirect_url
        scene.bench.leave(invoice)
        assert not scene.look(checkout.id).is_paid
        scene.bench.pay(invoice)
        assert scene.look(checkout.id).state is CheckoutState.COMPLETED

    def test_settled_by_a_second_plugin(self, scene: Scene) -> None:
        """Where the shop chose another plugin to settle, that one is asked, once."""
        shop = scene.settled_elsewhere()
        invoice = shop.open_invoice()
        scene.bench.pay(invoice)
        for _ in range(_MAX_LOOKS):
            shop.look(invoice.checkout_id)
            orders = shop.kit.list_settlements(invoice.checkout_id)
            if orders and orders[0].status is SettlementStatus.DONE:
                break
        (order,) = orders
        assert (order.plugin, order.status) == (SETTLER_NAME, SettlementStatus.DONE)
        assert order.amount == invoice.covers
        assert len(shop.events(invoice.checkout_id, "invoice.settled")) == 1
        shop.close()
