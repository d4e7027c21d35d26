"""Invoicing: from a chosen quote to where the buyer pays, whatever crashes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checkout_kit import (
    Checkout,
    Clock,
    DepositInstructions,
    InputError,
    Money,
    Operation,
    ProviderAuthError,
    ProviderInvoice,
    ProviderProtocolError,
    ProviderRefused,
    Quote,
    QuoteExpired,
)
from checkout_kit_coinqvest.answers import CommitAnswer
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.ordering import CheckoutOrders, new_token

# The checkout of the quote, and so many more if its commit's answer was lost.
_MAX_CHECKOUTS = 4
_GONE = re.compile(
    r"expired|not found|unknown|unavailable|no such|does not exist|invalid checkout",
    re.IGNORECASE,
)


class InvoiceMaker:
    """Makes invoices step by step; the same operation always gives the same one.

    Each step's intent is recorded before the API is called. All checkouts that may
    have been committed stay in the invoice's ``checkoutIds`` and are watched.
    """

    def __init__(
        self, client: CoinqvestClient, orders: CheckoutOrders, clock: Clock
    ) -> None:
        self._client = client
        self._orders = orders
        self._clock = clock

    def make(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Commit the quoted checkout, or a new one if that was cut off.

        :raises QuoteExpired: if the checkout can't be committed any more.
        """
        asset = str(quote.reference["assetCode"])
        ids: list[str] = []
        for number in range(_MAX_CHECKOUTS):
            if number == 0:
                checkout_id = str(quote.reference["checkoutId"])
            else:
                checkout_id = self._make_another(number, checkout, quote, operation)
            ids.append(checkout_id)
            answer = self._commit(number, checkout_id, asset, quote, operation)
            if answer is not None:
                return self._to_invoice(answer, quote, ids)
        raise QuoteExpired(quote.method.id)

    def make_hosted(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Make a checkout with a page of the provider's (POST /checkout/hosted)."""
        made = operation.recall("hosted")
        token = str(quote.reference["token"])
        if made is None or "url" not in made:
            begun = self._begun(made)
            found = self._orders.find(token, begun) if made is not None else None
            if made is None:
                operation.record("hosted", {"begun": begun.isoformat()})
            if found is not None and found.hosted_checkout_url:
                made = {"checkoutId": found.id, "url": found.hosted_checkout_url}
            else:
                body = self._orders.build_body(
                    checkout.charge,
                    quote.covers,
                    checkout.settlement_currency,
                    token,
                    page_url=checkout.url,
                )
                answer = self._client.create_hosted_checkout(body)
                made = {"checkoutId": answer.id, "url": answer.url}
            operation.record("hosted", made)
        return ProviderInvoice(
            reference=str(made["checkoutId"]),
            amount=quote.amount,
            redirect_url=str(made["url"]),
            provider_data={"checkoutIds": [made["checkoutId"]]},
        )

    def _make_another(
        self, number: int, checkout: Checkout, quote: Quote, operation: Operation
    ) -> str:
        """Make a checkout in place of one whose commit's answer was lost."""
        step = f"checkout:{number}"
        made = operation.recall(step)
        if made is not None and "checkoutId" in made:
            return str(made["checkoutId"])
        begun = self._begun(made)
        found = None
        if made is None:
            token = new_token()
            operation.record(step, {"token": token, "begun": begun.isoformat()})
        else:
            token = str(made["token"])
            found = self._orders.find(token, begun)
        if found is not None:
            checkout_id = found.id
        else:
            body = self._orders.build_body(
                checkout.charge, quote.covers, checkout.settlement_currency, token
            )
            checkout_id = self._client.create_checkout(body).id
        operation.record(
            step,
            {"token": token, "begun": begun.isoformat(), "checkoutId": checkout_id},
        )
        return checkout_id

    def _begun(self, made: Mapping[str, Any] | None) -> datetime:
        if made is None:
            return self._clock.now()
        return datetime.fromisoformat(str(made["begun"]))

    def _commit(
        self,
        number: int,
        checkout_id: str,
        asset: str,
        quote: Quote,
        operation: Operation,
    ) -> CommitAnswer | None:
        """Commit a checkout; None if an earlier attempt may have done so already."""
        step = f"commit:{number}"
        earlier = operation.recall(step)
        if earlier is not None and "answer" in earlier:
            return _from_record(earlier["answer"])
        outcome = earlier.get("refused") if earlier is not None else None
        if outcome is None:
            intent = {"checkoutId": checkout_id, "assetCode": asset}
            if earlier is None:
                operation.record(step, intent)
            try:
                answer = self._client.commit_checkout(checkout_id, asset)
            except ProviderAuthError:
                raise
            except ProviderRefused as err:
                # At the first attempt nobody else can have committed it: the checkout
                # is too old. Later the first attempt may have, unseen by us.
                is_gone = earlier is None or any(map(_GONE.search, err.messages))
                outcome = "gone" if is_gone else "committed"
                operation.record(step, {**intent, "refused": outcome})
            else:
                operation.record(step, {**intent, "answer": _to_record(answer)})
                return answer
        if outcome == "gone":
            raise QuoteExpired(quote.method.id)
        return None

    def _to_invoice(
        self, answer: CommitAnswer, quote: Quote, ids: Sequence[str]
    ) -> ProviderInvoice:
        currency = quote.method.currency
        # On these networks one address serves all, so money without memo or tag would
        # belong to nobody (document: POST /checkout/commit).
        if currency.code == "XLM" and not (answer.memo and answer.memo_type):
            raise self._odd("the commit answer has no memo and memoType for XLM")
        if currency.code == "XRP" and answer.destination_tag is None:
            raise self._odd("the commit answer has no destinationTag for XRP")
        try:
            amount = Money.round_up(Fraction(answer.amount), currency)
            instructions = DepositInstructions(
                address=answer.address,
                amount=amount,
                network=currency.network or "",
                memo=answer.memo,
                memo_type=answer.memo_type,
                destination_tag=answer.destination_tag,
                expires_at=answer.expiration_time,
            )
            return ProviderInvoice(
                reference=answer.checkout_id,
                amount=amount,
                instructions=instructions,
                expires_at=answer.expiration_time,
                provider_data={"checkoutIds": list(ids)},
            )
        except InputError as err:
            raise self._odd(f"the commit answer is unusable: {err.problem}") from None

    def _odd(self, problem: str) -> ProviderProtocolError:
        return ProviderProtocolError(self._client.provider, problem)


def _to_record(answer: CommitAnswer) -> dict[str, Any]:
    return {
        "checkoutId": answer.checkout_id,
        "assetCode": answer.asset_code,
        "amount": str(answer.amount),
        "address": answer.address,
        "expirationTime": answer.expiration_time.isoformat(),
        "memo": answer.memo,
        "memoType": answer.memo_type,
        "destinationTag": answer.destination_tag,
    }


def _from_record(record: Mapping[str, Any]) -> CommitAnswer:
    return CommitAnswer(
        checkout_id=record["checkoutId"],
        asset_code=record["assetCode"],
        amount=Decimal(record["amount"]),
        address=record["address"],
        expiration_time=datetime.fromisoformat(record["expirationTime"]),
        memo=record["memo"],
        memo_type=record["memoType"],
        destination_tag=record["destinationTag"],
    )
