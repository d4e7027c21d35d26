"""The API's endpoints of issuers, assets, fiat currencies and blockchains."""

from __future__ import annotations

from flask import Response, jsonify

from .api import api
from .arguments import read_argument
from .catalogue import (
    find,
    list_assets,
    list_blockchains,
    list_fiat_currencies,
    list_issuers,
)


@api.get("/asset-issuers")
def get_asset_issuers() -> Response:
    """GET /asset-issuers."""
    return jsonify(assetIssuers=list_issuers())


@api.get("/asset-issuer")
def get_asset_issuer() -> Response:
    """GET /asset-issuer."""
    return jsonify(assetIssuer=find(list_issuers(), "id", read_argument("id")))


@api.get("/assets")
def get_assets() -> Response:
    """GET /assets."""
    return jsonify(assets=list_assets())


@api.get("/asset")
def get_asset() -> Response:
    """GET /asset."""
    return jsonify(asset=find(list_assets(), "id", read_argument("id")))


@api.get("/fiat-currencies")
def get_fiat_currencies() -> Response:
    """GET /fiat-currencies."""
    return jsonify(fiatCurrencies=list_fiat_currencies())


@api.get("/fiat-currency")
def get_fiat_currency() -> Response:
    """GET /fiat-currency: an array of one, as the example; either parameter's name."""
    wanted = read_argument("assetCode", "id")
    found = find(list_fiat_currencies(), "assetCode", wanted)
    return jsonify(fiatCurrency=[found])


@api.get("/blockchains")
def get_blockchains() -> Response:
    """GET /blockchains."""
    return jsonify(blockchains=list_blockchains())


@api.get("/blockchain")
def get_blockchain() -> Response:
    """GET /blockchain: an array of one, as the example."""
    wanted = read_argument("assetCode")
    found = find(list_blockchains(), "nativeAssetCode", wanted)
    return jsonify(blockchain=[found])
