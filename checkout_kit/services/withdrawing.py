"""Withdrawing: committed withdrawals reach the provider once, whatever gets lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from checkout_kit.domain.withdrawal import Withdrawal
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.errors import (
    CheckoutKitError,
    InputError,
    InvalidTransition,
    NotSupported,
    ProviderAuthError,
    ProviderRefused,
    ProviderTimeout,
)
from checkout_kit.services.basis import Basis
from checkout_kit.services.operations import StoredOperation
from checkout_kit.services.policy import Policy
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.schedule import after_failure, next_settlement
from checkout_kit.services.withdrawal_events import note_change

logger = logging.getLogger("checkout_kit.services")

_NOT_COMMITTED = "it was not committed in time; nothing was sent"


def claim_seconds(policy: Policy) -> int:
    """How long an attempt is left alone: longer than anybody waits for a provider."""
    return int(max(policy.worker_deadline, policy.provider_deadline)) + 30


class WithdrawalSender:
    """Asks providers to send committed withdrawals, until each is done or has failed.

    Every attempt has the same operation key and a number of its own. Once a newer one
    has begun, an older one can't record a step any more, and so begins none.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._units = basis.units
        self._policy = basis.policy
        self._clock = basis.clock

    def send_due(self, now: datetime, *, limit: int = 20) -> int:
        """Ask again for those whose turn it is. **May move money.**"""
        with self._units.write() as unit:
            claimed = unit.withdrawals.claim_due(
                now, limit=limit, seconds=claim_seconds(self._policy)
            )
            unit.commit()
        for order in claimed:
            self.send(order, self._policy.worker_deadline)
        return len(claimed)

    def expire_due(self, now: datetime, *, limit: int = 200) -> int:
        """Give up those that nobody has committed in time; nothing was sent."""
        with self._units.read() as unit:
            due = unit.withdrawals.expired(now, limit=limit)
        for withdrawal_id in due:
            with self._units.write() as unit:
                order = unit.withdrawals.lock(withdrawal_id)
                # Somebody may have committed it right now.
                if order is None or order.state is not (
                    WithdrawalState.PENDING_API_COMMIT
                ):
                    continue
                failed = order.failed(_NOT_COMMITTED, now)
                unit.withdrawals.save(failed, next_attempt_at=None)
                note_change(unit, order, failed, now)
                unit.commit()
        return len(due)

    def send(self, order: WithdrawalOrder, deadline: float) -> None:
        """Ask the provider once, and record what is known after that."""
        providers = self._basis.providers
        if not providers.supports(order.provider, "withdraw_funds"):
            # It may have been sent before the plugin was disabled.
            self._postpone(order, f"the plugin {order.provider} is not enabled")
            return
        try:
            providers.call(
                order.provider,
                "withdraw_funds",
                deadline=deadline,
                then=lambda answer: self._record(order, answer),
                withdrawal=order.to_send,
                operation=StoredOperation(
                    order.key,
                    self._units,
                    self._clock,
                    guard=lambda unit: _check_newest(unit, order),
                ),
            )
        except ProviderAuthError as err:
            # Nothing was sent, and it will be once the credentials are put right.
            self._postpone(order, str(err))
        except (ProviderRefused, NotSupported, InputError) as err:
            self._fail(order, str(err))
        except ProviderTimeout as err:
            # The call may still be under way: nobody asks again before it is over.
            pause = timedelta(seconds=claim_seconds(self._policy))
            self._postpone(order, str(err), pause)
        except CheckoutKitError as err:
            self._postpone(order, str(err))
        # An answer that can't be recorded must not hold up all other withdrawals.
        except Exception as err:
            logger.exception("recording the withdrawal %s", order.id)
            problem = f"the answer could not be recorded: {type(err).__name__}"
            self._postpone(order, problem)

    def _record(self, order: WithdrawalOrder, answer: Withdrawal | None) -> None:
        """Record the provider's word; on its own thread, even if nobody waits."""
        with self._units.write() as unit:
            now = self._clock.now()
            current = unit.withdrawals.lock(order.id)
            if current is None or current.state is not WithdrawalState.PROCESSING:
                return
            known = current if answer is None else current.reported(answer, now)
            if not known.state.is_final and current.attempts != order.attempts:
                # A newer attempt is under way and says more.
                return
            next_at = next_settlement(current.committed_at or now, now)
            unit.withdrawals.save(
                known, next_attempt_at=None if known.state.is_final else next_at
            )
            note_change(unit, current, known, now)
            unit.commit()

    def _fail(self, order: WithdrawalOrder, problem: str) -> None:
        logger.warning("withdrawing %s: %s", order.id, problem)
        with self._units.write() as unit:
            now = self._clock.now()
            current = self._current(unit, order)
            if current is None:
                return
            failed = current.failed(problem, now)
            unit.withdrawals.save(failed, next_attempt_at=None)
            note_change(unit, current, failed, now)
            unit.commit()

    def _postpone(
        self, order: WithdrawalOrder, problem: str, pause: timedelta | None = None
    ) -> None:
        logger.warning("withdrawing %s: %s", order.id, problem)
        with self._units.write() as unit:
            now = self._clock.now()
            current = self._current(unit, order)
            if current is None:
                return
            unit.withdrawals.save(
                replace(current, problem=problem),
                next_attempt_at=now + pause
                if pause is not None
                else after_failure(now, current.attempts),
            )
            unit.commit()

    def _current(
        self, unit: UnitOfWork, order: WithdrawalOrder
    ) -> WithdrawalOrder | None:
        """The withdrawal as it is kept; None if this attempt has nothing to say."""
        current = unit.withdrawals.lock(order.id)
        if current is None or current.state is not WithdrawalState.PROCESSING:
            return None
        return current if current.attempts == order.attempts else None


def _check_newest(unit: UnitOfWork, order: WithdrawalOrder) -> None:
    if not unit.withdrawals.is_newest_attempt(order.id, order.attempts):
        raise InvalidTransition(
            "go on with",
            order.state.value,
            "a newer attempt is at it",
            noun="withdrawal",
        )
