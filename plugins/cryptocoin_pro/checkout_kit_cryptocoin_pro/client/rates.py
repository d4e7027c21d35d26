"""Rates: what an exchange would cost or bring, commission included."""

from __future__ import annotations

from decimal import Decimal

from checkout_kit_cryptocoin_pro.answers import Price
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.market import PriceSchema


class RateResource(Resource):
    """Prices. At most one of both amounts is given; the answer has the other one."""

    def buy(
        self,
        source: str,
        target: str,
        *,
        from_amount: Decimal | None = None,
        to_amount: Decimal | None = None,
    ) -> Price:
        """Price of coins for fiat (GET /user/{user}/price/buy/{from}/{to})."""
        return self._get("buy", source, target, from_amount, to_amount)

    def sell(
        self,
        source: str,
        target: str,
        *,
        from_amount: Decimal | None = None,
        to_amount: Decimal | None = None,
    ) -> Price:
        """Price of fiat for coins (GET /user/{user}/price/sell/{from}/{to})."""
        return self._get("sell", source, target, from_amount, to_amount)

    def withdraw(
        self,
        source: str,
        target: str,
        *,
        from_amount: Decimal | None = None,
        to_amount: Decimal | None = None,
    ) -> Price:
        """Price of a withdrawal (GET /user/{user}/price/withdraw/{from}/{to})."""
        return self._get("withdraw", source, target, from_amount, to_amount)

    def withdraw_ico(
        self,
        source: str,
        target: str,
        *,
        from_amount: Decimal | None = None,
        to_amount: Decimal | None = None,
    ) -> Price:
        """Price of tokens (GET /user/{user}/price/withdraw-ico/{from}/{to})."""
        return self._get("withdraw-ico", source, target, from_amount, to_amount)

    def _get(
        self,
        kind: str,
        source: str,
        target: str,
        from_amount: Decimal | None,
        to_amount: Decimal | None,
    ) -> Price:
        amounts = {"from_amount": from_amount, "to_amount": to_amount}
        params = {name: f"{n:f}" for name, n in amounts.items() if n is not None}
        pair = f"{check_id(source, 'asset')}/{check_id(target, 'asset')}"
        answer = self._transport.call("GET", f"/price/{kind}/{pair}", params=params)
        where = f"GET /user/{{user}}/price/{kind}/{{from}}/{{to}}"
        price: Price = self._answers.read(PriceSchema(), answer, where)
        if (price.source, price.target) != (source, target):
            raise self._answers.odd(f"{where}: answers about another pair", answer)
        return price
