"""Confirming: the one step that moves money, taken once whatever gets lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from checkout_kit import (
    InputError,
    Operation,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnreachable,
)
from checkout_kit.http import JsonError, dump_json
from checkout_kit_rain.answers import Transaction, TransactionStatus
from checkout_kit_rain.client import check_id

# So many orders are made for one settlement if confirming them is refused.
_MAX_ORDERS = 4


class Confirmable(Protocol):
    """A resource whose orders are created, then confirmed: sells and withdrawals."""

    def get(self, transaction_id: str, /) -> Transaction:
        """Look at an order."""

    def confirm(self, transaction_id: str, /) -> Transaction:
        """Carry an order out. **Moves money.**"""


class NeverConfirmed(ProviderRefused):
    """Raised when every order was refused for certain; nothing has moved."""


def status_of(provider: str, transaction: Transaction) -> TransactionStatus:
    """The status of a transaction that decides about money.

    :raises ProviderProtocolError: if it is not in the document.
    """
    if transaction.status is not None:
        return transaction.status
    raise ProviderProtocolError(
        provider,
        f"a {transaction.type} has a status that is not in the document",
        evidence=raw_text(transaction),
    )


def raw_text(transaction: Transaction) -> str:
    """The answer that a transaction was read from."""
    try:
        return dump_json(transaction.raw).decode()
    except JsonError:
        return transaction.id


class Confirmer:
    """Makes one order of a settlement and confirms it, exactly once.

    The order's id is recorded before it is confirmed, and so is the attempt. If an
    attempt's outcome is unknown the order is read back, and the same one is confirmed
    again. Another order is only made where a first attempt was refused for certain. An
    order whose making got lost stays unconfirmed for ever and moves nothing.
    """

    def __init__(
        self,
        provider: str,
        noun: str,
        resource: Confirmable,
        *,
        max_orders: int = _MAX_ORDERS,
    ) -> None:
        self._provider = provider
        self._noun = noun
        self._resource = resource
        self._max_orders = max_orders

    def carry_out(
        self, operation: Operation, create: Callable[[], Transaction]
    ) -> Transaction:
        """Return the order, confirmed. **Moves money.**

        :param create: makes a new order and checks it; must not move money.
        :raises NeverConfirmed: if it was refused for certain.
        :raises ProviderError: if it is refused, or in doubt; asking again is safe. Any
            other ``ProviderRefused`` does not mean that nothing has moved.
        """
        problem = ""
        for number in range(self._max_orders):
            step = f"{self._noun}:{number}"
            made = operation.recall(step)
            if made is None:
                made = {"id": self._new_id(create), "tried": False}
                operation.record(step, made)
            if not made.get("refused"):
                order = self._confirm(step, made, operation)
                if order is not None:
                    return order
                made = operation.recall(step) or {}
            problem = str(made.get("problem", ""))
        raise NeverConfirmed(
            self._provider, f"refused to confirm the {self._noun}: {problem}"
        )

    def _new_id(self, create: Callable[[], Transaction]) -> str:
        order = create()
        try:
            return check_id(order.id, self._noun)
        except InputError:
            raise ProviderProtocolError(
                self._provider,
                f"a new {self._noun} has no usable id",
                evidence=raw_text(order),
            ) from None

    def _confirm(
        self, step: str, made: Mapping[str, Any], operation: Operation
    ) -> Transaction | None:
        """Confirm an order that was recorded; None if it was refused for certain."""
        order_id, was_tried = str(made["id"]), bool(made["tried"])
        if was_tried:
            order = self._resource.get(order_id)
            if status_of(self._provider, order).has_begun:
                return order
        else:
            operation.record(step, {**made, "tried": True})
        try:
            order = self._resource.confirm(order_id)
        except (ProviderUnreachable, ProviderAuthError):
            # It was never processed: the next attempt is as good as the first.
            operation.record(step, made)
            raise
        except ProviderRefused as err:
            return self._refused(step, made, operation, err)
        if not status_of(self._provider, order).has_begun:
            raise ProviderProtocolError(
                self._provider,
                f"a confirmed {self._noun} has not begun",
                evidence=raw_text(order),
            )
        return order

    def _refused(
        self,
        step: str,
        made: Mapping[str, Any],
        operation: Operation,
        refusal: ProviderRefused,
    ) -> Transaction | None:
        order = self._resource.get(str(made["id"]))
        if status_of(self._provider, order).has_begun:
            # An earlier attempt was carried out, and this one was one too many.
            return order
        if made["tried"]:
            raise ProviderError(
                self._provider,
                f"whether a {self._noun} goes on is in doubt: {refusal.problem}",
            ) from None
        noted = {"tried": True, "refused": True, "problem": refusal.problem[:300]}
        operation.record(step, {**made, **noted})
        return None
