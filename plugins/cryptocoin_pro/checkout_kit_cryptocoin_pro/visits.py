"""Visits: which checkouts and orders on the provider's page belong to an invoice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from checkout_kit import Invoice
from checkout_kit_cryptocoin_pro.answers import Checkout, Listing, Order
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.symbols import is_same

_BUY, _WITHDRAW = "buy_with_fiat", "withdraw"
#: Clocks of two servers may differ by this much.
_SKEW = timedelta(minutes=2)
#: So many orders' checkouts are remembered, which no list tells.
_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Purchase:
    """A buyer's order, and the one that sends its coins to the merchant's wallet."""

    order: Order
    withdrawal: Order | None
    user_id: str


@dataclass(frozen=True, slots=True)
class Visits:
    """What is known of one invoice on the provider's page."""

    checkouts: tuple[Checkout, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    is_complete: bool = True


class VisitFinder:
    """Finds checkouts by the invoice's key, and orders by their checkout.

    The lists do not say which checkout an order belongs to: a single order does, seen
    as the buyer, and is asked for until it does. Safe for many threads.
    """

    def __init__(self, client: CryptocoinProClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._checkout_of: OrderedDict[str, str] = OrderedDict()

    def find(self, invoices: Sequence[Invoice]) -> Callable[[Invoice], Visits]:
        """Read the lists once; what is returned looks one invoice up.

        :raises ProviderError: if the lists can't be read.
        """
        checkouts = self._client.platform.list_checkouts()
        keys = {invoice.reference for invoice in invoices}
        orders: Listing[Order] = Listing(())
        if any(checkout.request_id in keys for checkout in checkouts):
            orders = self._client.platform.list_orders()
        is_complete = all(
            listed.is_complete and not listed.broken for listed in (checkouts, orders)
        )

        def of(invoice: Invoice) -> Visits:
            own = tuple(c for c in checkouts if c.request_id == invoice.reference)
            purchases = tuple(
                Purchase(order, _withdrawal_of(order, orders), checkout.user_id)
                for checkout in own
                for order in orders
                if self._belongs(order, checkout, invoice)
            )
            return Visits(own, purchases, is_complete)

        return of

    def _belongs(self, order: Order, checkout: Checkout, invoice: Invoice) -> bool:
        if order.operation != _BUY or order.user_id != checkout.user_id:
            return False
        if not is_same(order.target, invoice.amount.currency):
            return False
        if order.created < checkout.created - _SKEW:
            return False
        return self._find_checkout(order.id, checkout.user_id) == checkout.id

    def _find_checkout(self, order_id: str, user_id: str) -> str:
        with self._lock:
            known = self._checkout_of.get(order_id)
        if known is not None:
            return known
        found = self._client.orders.get(order_id, user_id=user_id).checkout_id
        if not found:
            # It may be told later.
            return ""
        with self._lock:
            self._checkout_of[order_id] = found
            while len(self._checkout_of) > _REMEMBERED:
                self._checkout_of.popitem(last=False)
        return found


def _withdrawal_of(order: Order, orders: Listing[Order]) -> Order | None:
    found = [
        other
        for other in orders
        if other.operation == _WITHDRAW
        and (other.parent_id == order.id or other.id == order.child_id)
    ]
    return max(found, key=lambda other: (other.created, other.id), default=None)
