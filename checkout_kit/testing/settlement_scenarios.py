"""Scenarios of settlement: the merchant is credited once, whatever gets lost."""

from __future__ import annotations

import pytest

from checkout_kit import Invoice, NotSupported, SettlementOrder, SettlementStatus
from checkout_kit.testing.bench import UNTIL_FURTHER_NOTICE, Fault
from checkout_kit.testing.probe import Crash
from checkout_kit.testing.scene import Scene

_MAX_PASSES = 30
# The worker asks again after so many seconds.
_RETRY = 60
# More steps than any settlement has.
_MAX_STEPS = 9


class SettlementScenarios:
    """What was paid is credited to the merchant, whoever took it in."""

    def test_settlement_once(self, scene: Scene) -> None:
        """The merchant is credited once for a payment, however often work is done."""
        invoice = scene.open_invoice()
        scene.bench.count_settlements(invoice)
        scene.pay(invoice)
        order = _settled(scene, invoice)
        assert order.amount == invoice.covers
        for _ in range(3):
            scene.look(invoice.checkout_id)
        assert list(scene.kit.list_settlements(invoice.checkout_id)) == [order]
        assert scene.bench.count_settlements(invoice) == 1
        assert len(scene.events(invoice.checkout_id, "invoice.settled")) == 1

    def test_settlement_unknown_then_found(self, scene: Scene) -> None:
        """An answer lost on its way is asked for again, and credits nothing twice."""
        invoice = scene.open_invoice()
        scene.bench.count_settlements(invoice)
        scene.pay(invoice)
        scene.probe.lose_answer("settle_invoice", scene.provider.name)
        scene.look(invoice.checkout_id)
        (order,) = scene.kit.list_settlements(invoice.checkout_id)
        assert order.status is SettlementStatus.UNKNOWN
        found = _settled(scene, invoice)
        assert found.key == order.key
        assert found.amount == order.amount
        assert found.attempts > order.attempts
        assert scene.bench.count_settlements(invoice) == 1

    def test_settlement_not_shown_any_more(self, scene: Scene) -> None:
        """That it can't be looked up is no word that nothing was credited."""
        invoice = scene.open_invoice()
        scene.bench.count_settlements(invoice)
        scene.pay(invoice)
        scene.probe.lose_answer("settle_invoice", scene.provider.name)
        scene.look(invoice.checkout_id)
        if scene.bench.count_settlements(invoice):
            scene.bench.fail(Fault.NOT_FOUND, UNTIL_FURTHER_NOTICE)
            for _ in range(3):
                scene.work(_RETRY)
            scene.bench.fail(Fault.NOT_FOUND, 0)
            (order,) = scene.kit.list_settlements(invoice.checkout_id)
            assert order.status is not SettlementStatus.FAILED, order.problem
        _settled(scene, invoice)
        assert scene.bench.count_settlements(invoice) == 1

    def test_settlement_crashed_then_found(self, scene: Scene) -> None:
        """The process dies after the merchant was credited; nothing is lost."""
        invoice = scene.open_invoice()
        scene.bench.count_settlements(invoice)
        scene.pay(invoice)
        dying = scene.reopened()
        dying.probe.crash_after("settle_invoice")
        with pytest.raises(Crash):
            for _ in range(_MAX_PASSES):
                dying.look(invoice.checkout_id)
        dying.close()
        scene.let_claims_run_out()
        order = _settled(scene, invoice)
        assert order.amount == invoice.covers
        assert scene.bench.count_settlements(invoice) == 1

    def test_settlement_crashed_between_steps(self, scene: Scene) -> None:
        """The process dies after each step of a settlement in turn."""
        for step in range(1, _MAX_STEPS + 1):
            invoice = scene.open_invoice()
            scene.bench.count_settlements(invoice)
            scene.pay(invoice)
            if not _dies_after(scene, invoice, step):
                if step == 1:
                    raise NotSupported("it settles in one step")
                return
            scene.let_claims_run_out()
            order = _settled(scene, invoice)
            assert order.amount == invoice.covers
            assert scene.bench.count_settlements(invoice) == 1


def _dies_after(scene: Scene, invoice: Invoice, step: int) -> bool:
    """Settle in a process that dies once it has recorded so many steps.

    :return: False if the settlement has fewer steps, and is done.
    """
    dying = scene.reopened()
    dying.probe.crash_after_steps("settle_invoice", step)
    try:
        _settled(dying, invoice)
    except Crash:
        return True
    finally:
        dying.close()
    return False


def _settled(scene: Scene, invoice: Invoice) -> SettlementOrder:
    """Work until the merchant is credited, and return the one order of it."""
    for _ in range(_MAX_PASSES):
        scene.look(invoice.checkout_id)
        orders = scene.kit.list_settlements(invoice.checkout_id)
        assert len(orders) <= 1, "one payment made several settlement orders"
        if orders and orders[0].status is SettlementStatus.DONE:
            assert orders[0].result is not None
            return orders[0]
    raise AssertionError("the merchant was not credited")
