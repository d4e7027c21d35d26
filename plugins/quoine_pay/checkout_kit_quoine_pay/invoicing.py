"""Invoicing: making one invoice for one key, though the API knows no such key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checkout_kit import (
    Checkout,
    Clock,
    DepositInstructions,
    Money,
    Operation,
    ProviderAuthError,
    ProviderInvoice,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreachable,
    Quote,
)
from checkout_kit_quoine_pay.account import Account
from checkout_kit_quoine_pay.amounts import to_amount_due, to_price
from checkout_kit_quoine_pay.answers import InvoiceAnswer
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettings
from checkout_kit_quoine_pay.search import InvoiceSearch

NETWORK_NAME = "Bitcoin"

_ATTEMPT = "attempt"
_INVOICE = "invoice"
_MAX_NAME = 100


class InvoiceMaker:
    """Makes invoices; the operation's key travels in ``data``.

    An attempt is written down before its POST. If its answer was lost, the invoice is
    looked for; only after ``repeat_after_seconds`` without it another POST is made.
    """

    def __init__(
        self,
        client: QuoinePayClient,
        account: Account,
        settings: QuoinePaySettings,
        clock: Clock,
    ) -> None:
        self._client = client
        self._account = account
        self._settings = settings
        self._clock = clock
        self._search = InvoiceSearch(client)

    def make(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> tuple[ProviderInvoice, InvoiceAnswer | None]:
        """Make the invoice, or find the one that was made.

        :return: the invoice, and the API's answer if it was heard just now.
        :raises ProviderRefused: before anything is made, if the price is in another
            currency than the account's.
        """
        made = operation.recall(_INVOICE)
        if made is not None:
            return _from_record(made, quote), None
        if quote.covers.currency != self._account.fetch_currency():
            raise ProviderRefused(
                self._client.provider,
                f"the account's prices are not in {quote.covers.currency}",
            )
        answer = self._find(operation) or self._post(checkout, quote, operation)
        self._check(answer, quote)
        record = _to_record(self._client.provider, answer)
        operation.record(_INVOICE, record)
        return _from_record(record, quote), answer

    def _find(self, operation: Operation) -> InvoiceAnswer | None:
        attempt = operation.recall(_ATTEMPT)
        if attempt is None or attempt["at"] is None:
            return None
        found = self._search.find(operation.key)
        if found is None:
            due = datetime.fromisoformat(attempt["at"]) + self._settings.repeat_after
            if self._clock.now() < due:
                raise ProviderUnavailable(
                    self._client.provider,
                    "whether the invoice was made is not known yet",
                )
        return found

    def _post(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> InvoiceAnswer:
        operation.record(_ATTEMPT, {"at": self._clock.now().isoformat()})
        name = checkout.reference or f"Checkout {checkout.id}"
        try:
            return self._client.create_invoice(
                quote.covers, name=name[:_MAX_NAME], data=operation.key
            )
        except (ProviderUnreachable, ProviderAuthError):
            # It was not processed, so nothing has to be waited for.
            operation.record(_ATTEMPT, {"at": None})
            raise

    def _check(self, answer: InvoiceAnswer, quote: Quote) -> None:
        price = to_price(self._client.provider, answer.price, answer.currency)
        if price != quote.covers:
            raise ProviderProtocolError(
                self._client.provider, "the invoice has another price or currency"
            )


def _to_record(provider: str, answer: InvoiceAnswer) -> dict[str, str]:
    return {
        "id": str(answer.id),
        "address": answer.bitcoin_address,
        "amount": to_amount_due(provider, answer.btc_price).to_text(),
        "expiresAt": answer.expires_at.isoformat(),
    }


def _from_record(record: Mapping[str, Any], quote: Quote) -> ProviderInvoice:
    amount = Money(record["amount"], quote.method.currency)
    expires_at = datetime.fromisoformat(record["expiresAt"])
    return ProviderInvoice(
        reference=record["id"],
        amount=amount,
        instructions=DepositInstructions(
            address=record["address"],
            amount=amount,
            network=NETWORK_NAME,
            expires_at=expires_at,
        ),
        expires_at=expires_at,
    )
