"""Checkouts and payments: the endpoints of the payment path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit_coinqvest.answers import (
    CheckoutAnswer,
    CheckoutObject,
    CheckoutPage,
    CommitAnswer,
    HostedAnswer,
    PaymentAnswer,
    PaymentPage,
)
from checkout_kit_coinqvest.client.caller import PAGE_SIZE, ApiCaller
from checkout_kit_coinqvest.schemas import (
    CheckoutAnswerSchema,
    CheckoutSchema,
    CommitAnswerSchema,
    HostedAnswerSchema,
    PaymentSchema,
)

CHECKOUT = "/checkout"
CHECKOUT_COMMIT = "/checkout/commit"
CHECKOUT_HOSTED = "/checkout/hosted"
CHECKOUTS = "/checkouts"
PAYMENT = "/payment"
PAYMENTS = "/payments"


class CheckoutCalls(ApiCaller):
    """Checkouts and their payments."""

    def create_checkout(self, body: Mapping[str, Any]) -> CheckoutAnswer:
        """Make a checkout and hear what it costs by each method (POST /checkout)."""
        answer: CheckoutAnswer = self._read(
            CheckoutAnswerSchema(), self._post(CHECKOUT, body), f"POST {CHECKOUT}"
        )
        return answer

    def commit_checkout(self, checkout_id: str, asset_code: str) -> CommitAnswer:
        """Choose a checkout's asset and hear where to pay (POST /checkout/commit).

        :raises ProviderProtocolError: also if the answer is about something else.
        """
        body = {"checkoutId": checkout_id, "assetCode": asset_code}
        data = self._post(CHECKOUT_COMMIT, body)
        where = f"POST {CHECKOUT_COMMIT}"
        answer: CommitAnswer = self._read(CommitAnswerSchema(), data, where)
        if (answer.checkout_id, answer.asset_code) != (checkout_id, asset_code):
            raise self._odd(f"{where}: answers for another checkout or asset", data)
        return answer

    def create_hosted_checkout(self, body: Mapping[str, Any]) -> HostedAnswer:
        """Make a checkout with a page of the provider's (POST /checkout/hosted)."""
        answer: HostedAnswer = self._read(
            HostedAnswerSchema(),
            self._post(CHECKOUT_HOSTED, body),
            f"POST {CHECKOUT_HOSTED}",
        )
        return answer

    def get_checkout(self, checkout_id: str) -> CheckoutObject:
        """Look at a checkout and its payments (GET /checkout)."""
        data = self._member(self._get(CHECKOUT, {"id": checkout_id}), "checkout")
        where = f"GET {CHECKOUT}"
        answer: CheckoutObject = self._read(CheckoutSchema(), data, where)
        if answer.id != checkout_id:
            raise self._odd(f"{where}: answers about another checkout", data)
        return answer

    def list_checkouts(self, limit: int = PAGE_SIZE, offset: int = 0) -> CheckoutPage:
        """List the account's checkouts, newest first (GET /checkouts)."""
        data = self._get(CHECKOUTS, {"limit": limit, "offset": offset})
        count, raw = self._page(data, "checkouts")
        items, broken = self._items(raw, CheckoutSchema(), CheckoutObject)
        return CheckoutPage(items, broken, len(raw), count)

    def get_payment(self, payment_id: str) -> PaymentAnswer:
        """Look at a payment (GET /payment)."""
        data = self._member(self._get(PAYMENT, {"id": payment_id}), "payment")
        where = f"GET {PAYMENT}"
        answer: PaymentAnswer = self._read(PaymentSchema(), data, where)
        if answer.id != payment_id:
            raise self._odd(f"{where}: answers about another payment", data)
        return answer

    def list_payments(self, limit: int = PAGE_SIZE, offset: int = 0) -> PaymentPage:
        """List the account's payments, newest first (GET /payments)."""
        data = self._get(PAYMENTS, {"limit": limit, "offset": offset})
        count, raw = self._page(data, "payments")
        items, broken = self._items(raw, PaymentSchema(), PaymentAnswer)
        return PaymentPage(items, broken, len(raw), count)
