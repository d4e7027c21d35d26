"""Confirming: a quote becomes an order, which moves money, once whatever gets lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from checkout_kit import (
    Clock,
    Operation,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnreachable,
)
from checkout_kit_cryptocoin_pro.answers import Order, Quote, QuoteStatus
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient, check_id
from checkout_kit_cryptocoin_pro.observing import raw_text

# So many quotes are made at one attempt, and for one operation in all.
_AT_ONCE = 3
_IN_ALL = 60

_Found = TypeVar("_Found", Quote, Order)


class QuoteConfirmer:
    """Makes one quote and confirms it, exactly once.

    The quote's id is recorded before it is confirmed, and so is the attempt. If an
    attempt's outcome is unknown the quote is read back: it names the order that it
    became. Another quote is made only where the former one has expired for certain
    without becoming an order. A quote whose making got lost expires and moves nothing.
    """

    def __init__(
        self, client: CryptocoinProClient, clock: Clock, payment_method: str | None
    ) -> None:
        self._client = client
        self._clock = clock
        self._payment_method = payment_method

    def carry_out(self, operation: Operation, create: Callable[[], Quote]) -> Order:
        """Return the order as it is now. **Moves money.**

        :param create: makes a new quote and checks it; must not move money.
        :raises ProviderRefused: if no quote is to be had; nothing has moved.
        :raises ProviderError: if it is refused, or in doubt; asking again is safe.
        """
        known = operation.recall("order")
        if known is not None:
            return self._order(str(known["id"]))
        made_now = 0
        for number in range(_IN_ALL):
            step = f"quote:{number}"
            made = operation.recall(step)
            if made is None:
                if made_now >= _AT_ONCE:
                    break
                made_now += 1
                made = self._new(create)
                operation.record(step, made)
            if made.get("over"):
                continue
            order = self._confirm(step, made, operation)
            if order is not None:
                operation.record("order", {"id": order.id})
                return order
        raise ProviderError(self._client.provider, "its quotes expire too soon")

    def _new(self, create: Callable[[], Quote]) -> Mapping[str, Any]:
        quote = create()
        return {
            "id": check_id(quote.id, "quote"),
            "expiresAt": quote.expires_at.isoformat(),
            "tried": False,
        }

    def _confirm(
        self, step: str, made: Mapping[str, Any], operation: Operation
    ) -> Order | None:
        """Confirm a quote that was recorded; None if it expired for certain."""
        quote_id, was_tried = str(made["id"]), bool(made["tried"])
        if was_tried:
            quote = self._quote(quote_id)
            if quote.order_id is not None:
                return self._order(quote.order_id)
            if self._is_over(quote):
                operation.record(step, {**made, "over": True})
                return None
        elif datetime.fromisoformat(str(made["expiresAt"])) <= self._clock.now():
            operation.record(step, {**made, "over": True})
            return None
        else:
            operation.record(step, {**made, "tried": True})
        try:
            return self._client.quotes.confirm(quote_id, self._payment_method)
        except ProviderUnreachable:
            # It was never processed: the next attempt is as good as the first.
            operation.record(step, made)
            raise
        except ProviderAuthError as err:
            if err.status == 401:
                operation.record(step, made)
            raise
        except ProviderRefused as err:
            return self._refused(step, made, operation, err)

    def _refused(
        self,
        step: str,
        made: Mapping[str, Any],
        operation: Operation,
        refusal: ProviderRefused,
    ) -> Order | None:
        quote = self._quote(str(made["id"]))
        if quote.order_id is not None:
            # An earlier attempt was carried out, and this one was one too many.
            return self._order(quote.order_id)
        if self._is_over(quote):
            operation.record(step, {**made, "tried": True, "over": True})
            return None
        raise ProviderError(
            self._client.provider, f"does not confirm a quote: {refusal.problem}"
        ) from None

    def _quote(self, quote_id: str) -> Quote:
        return _told(lambda: self._client.quotes.get(quote_id))

    def _order(self, order_id: str) -> Order:
        return _told(lambda: self._client.orders.get(order_id))

    def _is_over(self, quote: Quote) -> bool:
        """Whether a quote has become nothing, and never will."""
        if quote.status is None or quote.status is QuoteStatus.COMPLETED:
            raise ProviderProtocolError(
                self._client.provider,
                "a quote has an unknown status, or became an order that it hides",
                evidence=raw_text(quote.raw),
            )
        return quote.status is QuoteStatus.EXPIRED


def _told(look_up: Callable[[], _Found]) -> _Found:
    """Look up what may have moved money; a refusal to tell is no end.

    :raises ProviderError: never a refusal, but for one of our credentials.
    """
    try:
        return look_up()
    except ProviderAuthError:
        raise
    except ProviderRefused as err:
        problem = f"does not tell what became of a quote: {err.problem}"
        raise ProviderError(err.provider, problem) from None
