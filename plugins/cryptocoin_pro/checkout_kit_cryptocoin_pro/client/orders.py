"""Orders: deposits, purchases, sales and withdrawals of one user."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit.http import Form, FormFile
from checkout_kit_cryptocoin_pro.answers import Listing, Order
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.trading import OrderSchema

ORDER = "/order"


class OrderResource(Resource):
    """Orders of the merchant, or of one of the platform's users."""

    def list(
        self,
        *,
        status: str | None = None,
        operation: str | None = None,
        symbol: str | None = None,
    ) -> Listing[Order]:
        """List orders (GET /user/{user}/order).

        :param operation: the document's ``typeOperationName``.
        """
        return self._list("", _filters(status, operation, symbol))

    def list_coins(
        self,
        *,
        status: str | None = None,
        operation: str | None = None,
        symbol: str | None = None,
    ) -> Listing[Order]:
        """List orders of coins (GET /user/{user}/order/coin)."""
        return self._list("/coin", _filters(status, operation, symbol))

    def list_tokens(
        self,
        *,
        status: str | None = None,
        operation: str | None = None,
        symbol: str | None = None,
    ) -> Listing[Order]:
        """List orders of tokens (GET /user/{user}/order/token)."""
        return self._list("/token", _filters(status, operation, symbol))

    def get(self, order_id: str, *, user_id: str | None = None) -> Order:
        """Look at an order (GET /user/{user}/order/{order})."""
        path = f"{ORDER}/{check_id(order_id, 'order')}"
        answer = self._transport.call("GET", path, user_id=user_id)
        where = "GET /user/{user}/order/{order}"
        found: Order = self._answers.read(OrderSchema(), answer, where)
        if found.id.lower() != order_id.lower():
            raise self._answers.odd(f"{where}: answers about another order", answer)
        return found

    def send_proof(
        self, order_id: str, file: FormFile, *, user_id: str | None = None
    ) -> str:
        """Prove that an order was paid
        (POST /user/{user}/order/{order}/payment-confirmation).
        """
        path = f"{ORDER}/{check_id(order_id, 'order')}/payment-confirmation"
        form = Form(files={"file": file})
        answer = self._transport.call("POST", path, user_id=user_id, form=form)
        where = "POST /user/{user}/order/{order}/payment-confirmation"
        return self._answers.read_message(answer, where)

    def _list(self, tail: str, filters: Mapping[str, str] | None) -> Listing[Order]:
        where = f"GET /user/{{user}}/order{tail}"
        return self._transport.read_pages(
            OrderSchema(), f"{ORDER}{tail}", where, params=filters
        )


def _filters(
    status: str | None, operation: str | None, symbol: str | None
) -> Mapping[str, str] | None:
    return given(status=status, typeOperationName=operation, asset=symbol)
