"""Quotes: offers that are confirmed to become orders."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from checkout_kit_cryptocoin_pro.answers import Listing, Order, Quote
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.trading import OrderSchema, QuoteSchema

QUOTE = "/quote"


class QuoteResource(Resource):
    """The merchant's quotes. Only :meth:`confirm` moves money."""

    def create(
        self,
        operation: str,
        *,
        amount: Decimal,
        symbol: str,
        payment_symbol: str | None = None,
        payment_method: str | None = None,
        wallet: str | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Quote:
        """Ask for an offer (POST /user/{user}/quote).

        :param operation: the document's ``orderType``, such as ``sell_to_fiat``.
        :param payment_method: the id of a bank account or card.
        :param more: the other fields, such as ``secondOrderType``.
        """
        body = {
            "type": "coin",
            "orderType": operation,
            "orderAmount": f"{amount:f}",
            "orderSymbol": symbol,
            **(more or {}),
        }
        optional = {
            "orderPaymentSymbol": payment_symbol,
            "orderPaymentMethod": payment_method,
            "wallet": wallet,
        }
        body |= {name: value for name, value in optional.items() if value is not None}
        answer = self._transport.call("POST", QUOTE, payload=body)
        where = "POST /user/{user}/quote"
        made: Quote = self._answers.read(QuoteSchema(), answer, where)
        return made

    def list(
        self,
        *,
        status: str | None = None,
        operation: str | None = None,
        symbol: str | None = None,
    ) -> Listing[Quote]:
        """List quotes (GET /user/{user}/quote)."""
        params = given(status=status, type=operation, asset=symbol)
        where = "GET /user/{user}/quote"
        return self._transport.read_pages(QuoteSchema(), QUOTE, where, params=params)

    def get(self, quote_id: str) -> Quote:
        """Look at a quote (GET /user/{user}/quote/{quote})."""
        path = f"{QUOTE}/{check_id(quote_id, 'quote')}"
        answer = self._transport.call("GET", path)
        where = "GET /user/{user}/quote/{quote}"
        found: Quote = self._answers.read(QuoteSchema(), answer, where)
        if found.id.lower() != quote_id.lower():
            raise self._answers.odd(f"{where}: answers about another quote", answer)
        return found

    def confirm(self, quote_id: str, payment_method: str | None = None) -> Order:
        """Make an order of a quote (POST /user/{user}/quote/{quote}). **Moves money.**

        :param payment_method: needed if the quote was made without one.
        """
        path = f"{QUOTE}/{check_id(quote_id, 'quote')}"
        body = {"orderPaymentMethod": payment_method} if payment_method else None
        answer = self._transport.call("POST", path, payload=body)
        where = "POST /user/{user}/quote/{quote}"
        made: Order = self._answers.read(OrderSchema(), answer, where)
        return made
