"""Withdrawals: made and looked at without moving anything, then committed once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.identifiers import check_id
from checkout_kit.domain.money import Money, parse_decimal
from checkout_kit.domain.wallet import Holding
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.errors import (
    AmountError,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    NotFoundError,
    NotSupported,
)
from checkout_kit.services.basis import Basis
from checkout_kit.services.operations import StoredOperation
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.wallets import Wallets
from checkout_kit.services.withdrawal_events import note_change, note_created
from checkout_kit.services.withdrawing import WithdrawalSender, claim_seconds

#: At most so many withdrawals are listed at once.
MAX_PAGE = 250


@dataclass(frozen=True, slots=True)
class WithdrawalWish:
    """What somebody wants to withdraw.

    ``wallet`` is a wallet's id. ``amount`` is in the wallet's currency,
    ``least_received`` in the target's; both are numbers or plain text.
    """

    wallet: str
    amount: object
    target: WithdrawalTarget
    least_received: object = None
    options: Mapping[str, str] = field(default_factory=dict)
    origin: str = "UI"

    def __post_init__(self) -> None:
        check_text("sourceAsset", self.wallet, maximum=300)
        if not isinstance(self.target, WithdrawalTarget):
            raise InputError("targetAccount", "must be a WithdrawalTarget")
        parse_decimal(self.amount, field="sourceAmount")
        if self.least_received is not None:
            parse_decimal(self.least_received, field="leastReceived")
        for name, value in self.options.items():
            check_text("options", name, maximum=50)
            check_text(f"options.{name}", value, maximum=200)

    @property
    def fingerprint(self) -> str:
        """Tells two wishes apart."""
        # The target's repr leaves out where the money goes.
        target = self.target
        parts = (self, target.address, sorted(target.bank_account.items()))
        return hashlib.sha256(repr(parts).encode()).hexdigest()


class Withdrawals:
    """One store's withdrawals. Making one moves nothing; committing it does, once."""

    def __init__(
        self, basis: Basis, wallets: Wallets, sender: WithdrawalSender
    ) -> None:
        self._basis = basis
        self._units = basis.units
        self._policy = basis.policy
        self._wallets = wallets
        self._sender = sender

    def create(
        self, wish: WithdrawalWish, *, idempotency_key: str | None = None
    ) -> WithdrawalOrder:
        """Find out what would arrive, and keep it to be committed; moves no money.

        Calls providers. Nothing is kept of a wish that can't be fulfilled.

        :raises InputError: naming what can't be right.
        :raises NotSupported: if the wallet's provider has no way to the target.
        :raises ProviderError: if the provider refuses it, or can't be asked.
        :raises IdempotencyConflict: if the key was used for another wish.
        """
        if not self._wallets.is_ours:
            raise NotSupported("the providers' accounts belong to another store")
        if idempotency_key is not None:
            check_text("idempotencyKey", idempotency_key, maximum=255)
            with self._units.read() as unit:
                known = self._known(unit, idempotency_key, wish)
            if known is not None:
                return known
        holding = self._wallets.find(wish.wallet)
        request = _to_request(wish, holding)
        if not self._basis.providers.supports(holding.provider, "withdraw_funds"):
            raise NotSupported(f"{holding.provider} makes no withdrawals")
        withdrawal_id = secrets.token_hex(16)
        prepared = self._prepare(holding.provider, request, withdrawal_id)
        now = self._basis.clock.now()
        expires_at = now + self._policy.withdrawal_window
        if prepared is not None and prepared.expires_at is not None:
            expires_at = min(expires_at, prepared.expires_at)
        order = WithdrawalOrder(
            id=withdrawal_id,
            store_id=self._policy.store_id,
            provider=holding.provider,
            request=request,
            state=WithdrawalState.PENDING_API_COMMIT,
            created_at=now,
            expires_at=expires_at,
            origin=wish.origin,
            promised=prepared.received if prepared else None,
            result=prepared,
        )
        with self._units.write() as unit:
            is_new = unit.withdrawals.add(
                order, idempotency_key=idempotency_key, fingerprint=wish.fingerprint
            )
            if not is_new:
                # The same was asked for twice at once; the other one was faster.
                return self._known(unit, str(idempotency_key), wish) or order
            note_created(unit, order, now)
            unit.commit()
        return order

    def commit(self, withdrawal_id: str) -> WithdrawalOrder:
        """Send a withdrawal, once, however often this is called. **Moves money.**

        Waits for the provider as long as a page does. Whatever is not known by then is
        asked for by the worker.

        :raises InvalidTransition: if it has failed, or was not committed in time.
        """
        with self._units.write() as unit:
            now = self._basis.clock.now()
            order = self._locked(unit, withdrawal_id)
            if order.state is WithdrawalState.FAILED:
                problem = f"it was not sent: {order.problem or 'see the provider'}"
                raise _impossible(order, problem)
            if order.state is not WithdrawalState.PENDING_API_COMMIT:
                return order
            if now >= order.expires_at:
                raise _impossible(order, "its time is over; make a new one")
            committed = order.committed(now)
            unit.withdrawals.save(
                committed,
                # The worker comes when the call below can't be under way any more.
                next_attempt_at=now + timedelta(seconds=claim_seconds(self._policy)),
            )
            note_change(unit, order, committed, now)
            unit.commit()
        self._sender.send(committed, self._policy.provider_deadline)
        return self.get(withdrawal_id)

    def get(self, withdrawal_id: str) -> WithdrawalOrder:
        """Read a withdrawal.

        :raises NotFoundError: if this store has none with that id.
        """
        check_id("withdrawal", withdrawal_id)
        with self._units.read() as unit:
            order = unit.withdrawals.get(self._policy.store_id, withdrawal_id)
        if order is None:
            raise NotFoundError("withdrawal", withdrawal_id)
        return order

    def list(self, *, limit: int, offset: int) -> Sequence[WithdrawalOrder]:
        """Read a page of this store's withdrawals, newest first."""
        if not 1 <= limit <= MAX_PAGE or offset < 0:
            raise InputError("limit", "must be from 1 to 250, offset at least 0")
        with self._units.read() as unit:
            return unit.withdrawals.list(
                self._policy.store_id, limit=limit, offset=offset
            )

    def count(self) -> int:
        """How many withdrawals this store has."""
        with self._units.read() as unit:
            return unit.withdrawals.count(self._policy.store_id)

    def _prepare(
        self, provider: str, request: WithdrawalRequest, withdrawal_id: str
    ) -> Withdrawal | None:
        """What the provider promises; None if it makes no promises."""
        providers = self._basis.providers
        if not providers.supports(provider, "prepare_withdrawal"):
            return None
        prepared: Withdrawal = providers.call(
            provider,
            "prepare_withdrawal",
            deadline=self._policy.provider_deadline,
            withdrawal=request,
            operation=StoredOperation(
                f"withdraw:{withdrawal_id}", self._units, self._basis.clock
            ),
        )
        least = request.least_received
        if least is not None and (
            prepared.received is None or prepared.received < least
        ):
            raise AmountError("leastReceived", f"only {prepared.received} would arrive")
        return prepared

    def _known(
        self, unit: UnitOfWork, key: str, wish: WithdrawalWish
    ) -> WithdrawalOrder | None:
        found = unit.withdrawals.find_key(self._policy.store_id, key)
        if found is None:
            return None
        if found[1] != wish.fingerprint:
            raise IdempotencyConflict(key)
        return unit.withdrawals.get(self._policy.store_id, found[0])

    def _locked(self, unit: UnitOfWork, withdrawal_id: str) -> WithdrawalOrder:
        check_id("withdrawal", withdrawal_id)
        order = unit.withdrawals.lock(withdrawal_id)
        if order is None or order.store_id != self._policy.store_id:
            raise NotFoundError("withdrawal", withdrawal_id)
        return order


def _to_request(wish: WithdrawalWish, holding: Holding) -> WithdrawalRequest:
    balance, arriving = holding.wallet.balance, wish.target.currency
    amount = _money("sourceAmount", wish.amount, holding.wallet.currency)
    if amount.amount <= 0:
        raise AmountError("sourceAmount", "must be more than zero")
    if balance is not None and amount > balance:
        raise AmountError("sourceAmount", f"is more than the wallet holds, {balance}")
    least = None
    if wish.least_received is not None:
        least = _money("leastReceived", wish.least_received, arriving)
    return WithdrawalRequest(
        holding.wallet.reference, amount, wish.target, least, dict(wish.options)
    )


def _money(field: str, amount: object, currency: Currency) -> Money:
    try:
        return Money(parse_decimal(amount, field=field), currency)
    except AmountError as err:
        raise AmountError(field, err.problem) from None


def _impossible(order: WithdrawalOrder, problem: str) -> InvalidTransition:
    return InvalidTransition("commit", order.state.value, problem, noun="withdrawal")
