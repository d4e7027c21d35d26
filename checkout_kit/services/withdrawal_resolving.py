"""Resolving withdrawals: an operator's word where the provider's can't be had."""

from __future__ import annotations

from datetime import timedelta

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.identifiers import check_id
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.errors import InvalidTransition, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.withdrawal_events import note_change, note_resolved
from checkout_kit.services.withdrawing import claim_seconds

MAX_NOTE = 500


class WithdrawalResolving:
    """Closes one store's withdrawals by hand; calls no provider and moves no money."""

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._policy = basis.policy
        self._clock = basis.clock

    def resolve(
        self, withdrawal_id: str, state: WithdrawalState, *, actor: str, note: str
    ) -> WithdrawalOrder:
        """Close a withdrawal that stays under way, as completed or as failed.

        Whoever does so has looked at the account. Nobody asks the provider again.

        :param note: how it is known; kept in the event ``withdrawal.resolved``.
        :raises InvalidTransition: if it is not under way, or an attempt may be.
        :raises NotFoundError: if this store has none with that id.
        """
        check_id("withdrawal", withdrawal_id)
        check_text("actor", actor, maximum=200)
        check_text("note", note, maximum=MAX_NOTE)
        with self._units.write() as unit:
            now = self._clock.now()
            order = unit.withdrawals.lock(withdrawal_id)
            if order is None or order.store_id != self._policy.store_id:
                raise NotFoundError("withdrawal", withdrawal_id)
            resolved = order.resolved(state, now)
            pause = timedelta(seconds=claim_seconds(self._policy))
            is_new = order.committed_at is None or now < order.committed_at + pause
            if is_new or unit.withdrawals.is_claimed(withdrawal_id):
                raise InvalidTransition(
                    "resolve",
                    order.state.value,
                    "the provider may be being asked right now; try again in "
                    f"{int(pause.total_seconds())} seconds",
                    noun="withdrawal",
                )
            unit.withdrawals.save(resolved, next_attempt_at=None)
            note_change(unit, order, resolved, now)
            note_resolved(unit, resolved, now, actor=actor, note=note)
            unit.commit()
        return resolved
