"""What the API reads from the ledger: single objects and pages, newest first."""

from __future__ import annotations

from typing import Any

from .documents import to_checkout_document, to_payment_document
from .errors import NotFound
from .records import Checkout, Deposit
from .state import Ledger

Document = dict[str, Any]


class Listing:
    """Renders documents under the ledger's lock.

    With `is_stale` everything is as it was before each checkout's last change, as a
    replica that lags behind would answer.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def checkout(self, checkout_id: str, *, is_stale: bool = False) -> Document:
        """Return the checkout of GET /checkout."""
        with self._ledger.lock:
            checkout = self._ledger.find_checkout(checkout_id)
            document = self._checkout_document(checkout, is_stale=is_stale)
        if document is None:
            raise NotFound("The checkout does not exist.")
        return document

    def checkouts(
        self, limit: int, offset: int, *, is_stale: bool = False
    ) -> tuple[int, list[Document]]:
        """Return the number of all checkouts and one page of them."""
        with self._ledger.lock:
            found = self._ledger.list_checkouts()
            if is_stale:
                found = [c for c in found if c.earlier is not None]
            page = (
                self._checkout_document(checkout, is_stale=is_stale)
                for checkout in found[offset : offset + limit]
            )
            return len(found), [document for document in page if document is not None]

    def payment(self, payment_id: str, *, is_stale: bool = False) -> Document:
        """Return the payment of GET /payment; an unconfirmed one is unknown."""
        with self._ledger.lock:
            checkout, deposit = self._ledger.find_deposit(payment_id)
            if is_stale:
                listed = (checkout.earlier or {"payments": []})["payments"]
            elif deposit.is_confirmed:
                listed = [self._payment_document(checkout, deposit)]
            else:
                listed = []
        for document in listed:
            if document["id"] == payment_id:
                return dict(document)
        raise NotFound("The payment does not exist.")

    def payments(
        self, limit: int, offset: int, *, is_stale: bool = False
    ) -> tuple[int, list[Document]]:
        """Return the number of all payments and one page of them."""
        end = offset + limit
        with self._ledger.lock:
            checkouts = self._ledger.list_checkouts()
            if is_stale:
                documents = [
                    payment
                    for checkout in checkouts
                    for payment in (checkout.earlier or {"payments": []})["payments"]
                ]
                # One offset everywhere, so the texts sort as the times do.
                documents.sort(key=lambda p: str(p["timestamp"]), reverse=True)
                return len(documents), documents[offset:end]
            found = [
                (deposit.timestamp, deposit.number, checkout, deposit)
                for checkout in checkouts
                for deposit in checkout.deposits
                if deposit.is_confirmed
            ]
            found.sort(key=lambda entry: entry[:2], reverse=True)
            page = [
                self._payment_document(checkout, deposit)
                for _, _, checkout, deposit in found[offset:end]
            ]
            return len(found), page

    def _checkout_document(
        self, checkout: Checkout, *, is_stale: bool
    ) -> Document | None:
        if is_stale:
            return checkout.earlier
        return to_checkout_document(
            checkout,
            self._ledger.clock.now(),
            with_payment_state=not self._ledger.settings.omit_payment_state,
        )

    def _payment_document(self, checkout: Checkout, deposit: Deposit) -> Document:
        with_state = not self._ledger.settings.omit_payment_state
        return to_payment_document(checkout, deposit, with_state=with_state)
