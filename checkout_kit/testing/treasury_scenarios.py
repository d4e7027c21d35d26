"""Scenarios of the treasury: what accounts hold, and money that leaves them once."""

from __future__ import annotations

import pytest

from checkout_kit import (
    CheckoutKitError,
    InputError,
    NotSupported,
    ProviderRefused,
    WithdrawalOrder,
    WithdrawalState,
)
from checkout_kit.testing.bench import UNTIL_FURTHER_NOTICE, Fault
from checkout_kit.testing.probe import Crash
from checkout_kit.testing.scene import Scene

# The worker comes again when an attempt can't be under way any more.
_PAUSE = 60
_MAX_PASSES = 20
# More than there is of any currency.
_NOBODY_HAS = 10**12
# More steps than any withdrawal has.
_MAX_STEPS = 9


class TreasuryScenarios:
    """Money leaves an account once, to where it was meant to go, or not at all."""

    def test_wallets_are_listed(self, scene: Scene) -> None:
        """What can be withdrawn is among the wallets, and not more than they hold."""
        plan = scene.bench.plan_withdrawal()
        statement = scene.kit.list_wallets()
        assert not statement.unavailable
        held = {each.id: each.wallet for each in statement.holdings}
        wallet = held[scene.wallet_id(plan)]
        assert wallet.currency == plan.amount.currency
        assert wallet.balance is None or wallet.balance >= plan.amount

    def test_unreadable_wallets_are_no_zeros(self, scene: Scene) -> None:
        """A provider that can't be asked is named, and nothing is counted for it."""
        scene.bench.plan_withdrawal()
        scene.bench.fail(Fault.MALFORMED, UNTIL_FURTHER_NOTICE)
        statement = scene.kit.list_wallets()
        assert scene.provider.name in statement.unavailable
        assert not statement.holdings

    def test_withdrawal_once(self, scene: Scene) -> None:
        """However often it is committed and asked for, money leaves once."""
        order = scene.make_withdrawal()
        assert order.state is WithdrawalState.PENDING_API_COMMIT
        assert scene.bench.count_withdrawals() == 0
        for _ in range(2):
            scene.kit.commit_withdrawal(order.id)
        _check_left_once(scene, order)

    def test_withdrawal_not_committed(self, scene: Scene) -> None:
        """Making one moves nothing, and once its time is over nothing ever will."""
        order = scene.make_withdrawal()
        left = order.expires_at - scene.bench.clock.now()
        scene.work(left.total_seconds() + 1)
        late = scene.kit.get_withdrawal(order.id)
        assert late.state is WithdrawalState.FAILED
        with pytest.raises(CheckoutKitError):
            scene.kit.commit_withdrawal(order.id)
        scene.work(_PAUSE)
        assert scene.bench.count_withdrawals() == 0

    def test_withdrawal_of_too_little(self, scene: Scene) -> None:
        """If less would arrive than was asked for, nothing leaves."""
        # That the plugin makes none at all is no refusal of this one.
        scene.bench.plan_withdrawal()
        try:
            order = scene.make_withdrawal(least_received=_NOBODY_HAS)
        except (InputError, NotSupported, ProviderRefused):
            pass
        else:
            scene.kit.commit_withdrawal(order.id)
            scene.work(_PAUSE)
            late = scene.kit.get_withdrawal(order.id)
            assert late.state is WithdrawalState.FAILED
        assert scene.bench.count_withdrawals() == 0

    def test_withdrawal_unknown_then_found(self, scene: Scene) -> None:
        """An answer lost on its way is asked for again, and sends nothing twice."""
        order = scene.make_withdrawal()
        scene.probe.lose_answer("withdraw_funds", scene.provider.name)
        promised = scene.kit.commit_withdrawal(order.id)
        assert promised.state is WithdrawalState.PROCESSING
        _check_left_once(scene, order)

    def test_withdrawal_during_an_outage(self, scene: Scene) -> None:
        """Whatever the provider did before it failed: money leaves once, in the end."""
        for fault in (Fault.TIMEOUT, Fault.SERVER_ERROR, Fault.MALFORMED):
            order = scene.make_withdrawal()
            before = scene.bench.count_withdrawals()
            scene.bench.fail(fault, UNTIL_FURTHER_NOTICE)
            scene.kit.commit_withdrawal(order.id)
            scene.work(_PAUSE)
            assert scene.bench.count_withdrawals() <= before + 1
            scene.bench.fail(fault, 0)
            _check_left_once(scene, order, before=before)

    def test_withdrawal_not_shown_any_more(self, scene: Scene) -> None:
        """That it can't be looked up is no word that it was never sent."""
        order = scene.make_withdrawal()
        scene.kit.commit_withdrawal(order.id)
        _work_until_left(scene)
        scene.bench.fail(Fault.NOT_FOUND, UNTIL_FURTHER_NOTICE)
        for _ in range(3):
            scene.work(_PAUSE)
        kept = scene.kit.get_withdrawal(order.id)
        assert kept.state is not WithdrawalState.FAILED, kept.problem
        scene.bench.fail(Fault.NOT_FOUND, 0)
        _check_left_once(scene, order)

    def test_withdrawal_crashed_then_found(self, scene: Scene) -> None:
        """The process dies after the money left; nothing is lost, or sent again."""
        order = scene.make_withdrawal()
        dying = scene.reopened()
        dying.probe.crash_after("withdraw_funds")
        with pytest.raises(Crash):
            dying.kit.commit_withdrawal(order.id)
        dying.close()
        scene.let_claims_run_out()
        _check_left_once(scene, order)

    def test_withdrawal_crashed_between_steps(self, scene: Scene) -> None:
        """The process dies after each step of a withdrawal in turn."""
        for step in range(1, _MAX_STEPS + 1):
            order = scene.make_withdrawal()
            before = scene.bench.count_withdrawals()
            dying = scene.reopened()
            dying.probe.crash_after_steps("withdraw_funds", step)
            try:
                dying.kit.commit_withdrawal(order.id)
                has_died = False
            except Crash:
                has_died = True
            finally:
                dying.close()
            scene.let_claims_run_out()
            _check_left_once(scene, order, before=before)
            if not has_died:
                return


def _check_left_once(scene: Scene, order: WithdrawalOrder, *, before: int = 0) -> None:
    """Work until the money has left, and longer: it does not leave again."""
    _work_until_left(scene, before=before)
    for _ in range(3):
        scene.work(_PAUSE)
    kept = scene.kit.get_withdrawal(order.id)
    assert kept.state in (WithdrawalState.PROCESSING, WithdrawalState.COMPLETED)
    assert kept.result is not None, "the provider's answer was never written down"
    assert scene.bench.count_withdrawals() == before + 1


def _work_until_left(scene: Scene, *, before: int = 0) -> None:
    for _ in range(_MAX_PASSES):
        if scene.bench.count_withdrawals() > before:
            return
        scene.work(_PAUSE)
