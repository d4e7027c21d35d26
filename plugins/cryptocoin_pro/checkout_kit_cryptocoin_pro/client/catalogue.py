"""Catalogue: countries, and what can be done with which asset."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit_cryptocoin_pro.answers import (
    Asset,
    BrokenItem,
    Country,
    Listing,
    RatePoint,
)
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.market import (
    AssetSchema,
    CountrySchema,
    RatePointSchema,
)


class CatalogueResource(Resource):
    """Countries and currencies."""

    def list_countries(self) -> Listing[Country]:
        """List all countries (GET /countries)."""
        answer = self._transport.call_publicly("GET", "/countries")
        return self._answers.read_list(CountrySchema(), answer, "GET /countries")

    def list_assets(self, symbol: str | None = None) -> Listing[Asset]:
        """List coins and tokens, or one (GET /user/{user}/currencies/{asset?})."""
        tail = f"/{check_id(symbol, 'asset')}" if symbol is not None else ""
        answer = self._transport.call("GET", f"/currencies{tail}")
        where = "GET /user/{user}/currencies/{asset?}"
        data = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(data, Mapping):
            raise self._answers.odd(f"{where}: the answer has no data", answer)
        items: list[Asset] = []
        broken: list[BrokenItem] = []
        for kind in ("coins", "tokens"):
            part = {"data": data.get(kind, [])}
            found = self._answers.read_list(AssetSchema(), part, where)
            items += found.items
            broken += found.broken
        return Listing(tuple(items), tuple(broken))

    def list_rates(self, symbol: str, period: str) -> Listing[RatePoint]:
        """List former rates (GET /user/{user}/currencies/{asset}/history/{period}).

        :param period: ``day``, ``week``, ``month``, ``quarter``, ``semester`` or
            ``year``.
        """
        path = f"/currencies/{check_id(symbol, 'asset')}/history"
        answer = self._transport.call("GET", f"{path}/{check_id(period, 'period')}")
        where = "GET /user/{user}/currencies/{asset}/history/{period}"
        return self._answers.read_list(RatePointSchema(), answer, where)
