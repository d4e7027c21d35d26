"""Deposits: addresses of the merchant's account, and what came in."""

from __future__ import annotations

from decimal import Decimal

from checkout_kit_cryptocoin_pro.answers import DepositAddress, Order
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.schemas.trading import (
    DepositAddressSchema,
    OrderSchema,
)


class DepositResource(Resource):
    """Deposits of coins and tokens."""

    def create(
        self,
        *,
        kind: str,
        symbol: str,
        amount: Decimal,
        wallet: str | None = None,
        tx_id: str,
    ) -> Order:
        """Announce a deposit that was made (POST /user/{user}/deposit).

        :param kind: ``coin`` or ``token``.
        """
        body = {
            "type": kind,
            "symbol": symbol,
            "amount": f"{amount:f}",
            "txID": tx_id,
        }
        if wallet is not None:
            body["wallet"] = wallet
        answer = self._transport.call("POST", "/deposit", payload=body)
        where = "POST /user/{user}/deposit"
        made: Order = self._answers.read(OrderSchema(), answer, where)
        return made

    def create_address(
        self, symbol: str, destination: str | None = None
    ) -> DepositAddress:
        """Get an address for an asset (POST /user/{user}/deposit/address).

        :param destination: ``broker`` or ``checkout``.
        """
        body = {"asset": symbol}
        if destination is not None:
            body["destination"] = destination
        answer = self._transport.call("POST", "/deposit/address", payload=body)
        where = "POST /user/{user}/deposit/address"
        made: DepositAddress = self._answers.read(DepositAddressSchema(), answer, where)
        return made
