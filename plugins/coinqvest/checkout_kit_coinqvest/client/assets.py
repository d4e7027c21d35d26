"""Assets: the endpoints that tell what the platform trades, and on what terms."""

from __future__ import annotations

from checkout_kit_coinqvest.answers import (
    Asset,
    AssetIssuer,
    Blockchain,
    FiatCurrency,
)
from checkout_kit_coinqvest.client.caller import ApiCaller
from checkout_kit_coinqvest.schemas import (
    AssetIssuerSchema,
    AssetSchema,
    BlockchainSchema,
    FiatCurrencySchema,
)

ASSET_ISSUERS = "/asset-issuers"
ASSET_ISSUER = "/asset-issuer"
ASSETS = "/assets"
ASSET = "/asset"
FIAT_CURRENCIES = "/fiat-currencies"
FIAT_CURRENCY = "/fiat-currency"
BLOCKCHAINS = "/blockchains"
BLOCKCHAIN = "/blockchain"


class AssetCalls(ApiCaller):
    """Issuers, assets, fiat currencies and blockchains."""

    def list_asset_issuers(self) -> tuple[AssetIssuer, ...]:
        """List the issuers with their minimums and fees (GET /asset-issuers)."""
        return self._all(ASSET_ISSUERS, "assetIssuers", AssetIssuerSchema())

    def get_asset_issuer(self, issuer_id: str) -> AssetIssuer:
        """Look at one issuer (GET /asset-issuer)."""
        data = self._member(self._get(ASSET_ISSUER, {"id": issuer_id}), "assetIssuer")
        where = f"GET {ASSET_ISSUER}"
        answer: AssetIssuer = self._read(AssetIssuerSchema(), data, where)
        if answer.id != issuer_id:
            raise self._odd(f"{where}: answers about another issuer", data)
        return answer

    def list_assets(self) -> tuple[Asset, ...]:
        """List the assets of the platform (GET /assets)."""
        return self._all(ASSETS, "assets", AssetSchema())

    def get_asset(self, asset_id: str) -> Asset:
        """Look at one asset (GET /asset)."""
        data = self._member(self._get(ASSET, {"id": asset_id}), "asset")
        answer: Asset = self._read(AssetSchema(), data, f"GET {ASSET}")
        if answer.id != asset_id:
            raise self._odd(f"GET {ASSET}: answers about another asset", data)
        return answer

    def list_fiat_currencies(self) -> tuple[FiatCurrency, ...]:
        """List the fiat currencies of the platform (GET /fiat-currencies)."""
        return self._all(FIAT_CURRENCIES, "fiatCurrencies", FiatCurrencySchema())

    def get_fiat_currency(self, asset_code: str) -> FiatCurrency:
        """Look at one fiat currency (GET /fiat-currency).

        The document's table calls the parameter ``id``, its example ``assetCode``.
        """
        found = self._get(FIAT_CURRENCY, {"assetCode": asset_code})
        data = self._member(found, "fiatCurrency")
        where = f"GET {FIAT_CURRENCY}"
        answer: FiatCurrency = self._read(FiatCurrencySchema(), data, where)
        if answer.code != asset_code:
            raise self._odd(f"{where}: answers about another currency", data)
        return answer

    def list_blockchains(self) -> tuple[Blockchain, ...]:
        """List the blockchains with their minimums (GET /blockchains)."""
        return self._all(BLOCKCHAINS, "blockchains", BlockchainSchema())

    def get_blockchain(self, asset_code: str) -> Blockchain:
        """Look at one blockchain (GET /blockchain)."""
        found = self._get(BLOCKCHAIN, {"assetCode": asset_code})
        data = self._member(found, "blockchain")
        where = f"GET {BLOCKCHAIN}"
        answer: Blockchain = self._read(BlockchainSchema(), data, where)
        if answer.code != asset_code:
            raise self._odd(f"{where}: answers about another blockchain", data)
        return answer
