"""Endpoints of what can be charged and paid in: assets, currencies, blockchains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name

from checkout_kit.domain.asset_id import asset_id
from checkout_kit.domain.money import Money
from checkout_kit.errors import NotFoundError
from checkout_kit.services.catalogue import Asset, Network
from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas import assets as schemas

_TAG = "Assets"
_NO_TERMS = {
    "enabled": True,
    "min": Decimal(0),
    "max": None,
    "fee_fixed": Decimal(0),
    "fee_percent": Decimal(0),
}


def list_assets(call: Call) -> Any:
    """Show all assets."""
    return {"assets": [_asset(call, asset) for asset in _assets(call)]}


def get_asset(call: Call) -> Any:
    """Show one asset."""
    return {"asset": _asset(call, _one_asset(call, "asset"))}


def list_issuers(call: Call) -> Any:
    """Show who takes each asset."""
    return {"issuers": [_issuer(call, asset) for asset in _assets(call)]}


def get_issuer(call: Call) -> Any:
    """Show who takes one asset."""
    return {"issuer": _issuer(call, _one_asset(call, "asset issuer"))}


def list_fiat_currencies(call: Call) -> Any:
    """Show the currencies that are charged in."""
    fiat = [asset for asset in _assets(call) if asset.is_fiat]
    return {"currencies": [_fiat_currency(call, asset) for asset in fiat]}


def get_fiat_currency(call: Call) -> Any:
    """Show one of them."""
    code = call.query["code"].upper()
    fiat = [asset for asset in _assets(call) if asset.is_fiat]
    found = _first(fiat, lambda asset: asset.currency.code == code, "fiat currency")
    return {"currency": _fiat_currency(call, found)}


def list_blockchains(call: Call) -> Any:
    """Show the blockchains that are paid over."""
    networks = call.store.catalogue.list_networks(call.now)
    return {"blockchains": [_blockchain(call, network) for network in networks]}


def get_blockchain(call: Call) -> Any:
    """Show one of them."""
    code = call.query["code"].upper()
    networks = call.store.catalogue.list_networks(call.now)
    found = _first(networks, lambda network: network.code == code, "blockchain")
    return {"blockchain": _blockchain(call, found)}


def _assets(call: Call) -> Iterable[Asset]:
    return call.store.catalogue.list_assets(call.now)


def _one_asset(call: Call, noun: str) -> Asset:
    wanted = call.query["id"]
    found: Asset = _first(_assets(call), lambda asset: asset.currency == wanted, noun)
    return found


def _first(items: Iterable[Any], is_wanted: Callable[[Any], bool], noun: str) -> Any:
    for item in items:
        if is_wanted(item):
            return item
    raise NotFoundError(noun, "?")


def _asset(call: Call, asset: Asset) -> Mapping[str, Any]:
    return {
        "id": asset_id(asset.currency),
        "code": asset.currency.code,
        "name": _name(asset),
        "type": _type(asset),
        "settlement": asset.is_fiat,
        "issuer": _issuer_name(call, asset),
    }


def _issuer(call: Call, asset: Asset) -> Mapping[str, Any]:
    code, id_ = asset.currency.code, asset_id(asset.currency)
    network = None if asset.is_fiat else _network_of(call, asset)
    return {
        **_issuer_name(call, asset),
        # A provider is a plugin: nobody has told where it is at home.
        "domain": None,
        "address": None,
        "country": None,
        "type": _type(asset),
        "checkouts": {**_NO_TERMS, "enabled": bool(asset.providers)},
        "withdrawals": {**_NO_TERMS, "enabled": bool(asset.providers)},
        "asset": {
            "id": id_,
            "name": _name(asset),
            "path": call.path(f"/asset?id={id_}"),
        },
        "blockchain": network
        and {
            "code": network.code,
            "name": network.name,
            "path": call.path(f"/blockchain?assetCode={network.code}"),
        },
        "fiat_currency": {
            "code": code,
            "name": _name(asset),
            "path": call.path(f"/fiat-currency?assetCode={code}"),
        }
        if asset.is_fiat
        else None,
    }


def _network_of(call: Call, asset: Asset) -> Network | None:
    networks = call.store.catalogue.list_networks(call.now)
    return next((network for network in networks if asset in network.assets), None)


def _fiat_currency(call: Call, asset: Asset) -> Mapping[str, Any]:
    return {
        "name": _name(asset),
        "code": asset.currency.code,
        "least": Money.smallest(asset.currency),
        "issuers": [{**_issuer_name(call, asset), "default": True}],
    }


def _blockchain(call: Call, network: Network) -> Mapping[str, Any]:
    native = next(
        (a for a in network.assets if a.currency.code == network.code),
        network.assets[0],
    )
    return {
        "name": network.name,
        "code": network.code,
        "native_name": network.native_name,
        "least": Money.smallest(native.currency),
        "issuers": [
            {**_issuer_name(call, asset), "default": asset is native}
            for asset in network.assets
        ],
    }


def _issuer_name(call: Call, asset: Asset) -> Mapping[str, str]:
    id_ = asset_id(asset.currency)
    return {
        "id": id_,
        # Whoever takes an asset in and credits it stands where an issuer would.
        "name": ", ".join(asset.providers),
        "path": call.path(f"/asset-issuer?id={id_}"),
    }


def _name(asset: Asset) -> str:
    if asset.is_fiat:
        return get_currency_name(asset.currency.code, locale="en")
    return asset.name


def _type(asset: Asset) -> str:
    return "FIAT" if asset.is_fiat else "CRYPTO"


def _get(
    path: str, view: Any, answer: Any, summary: str, query: Any = None
) -> Endpoint:
    return Endpoint("GET", path, view, answer, summary, _TAG, query=query)


_ID, _CODE = schemas.AssetIdQuerySchema, schemas.AssetCodeQuerySchema
ENDPOINTS = (
    _get("/assets", list_assets, schemas.AssetsSchema, "List assets"),
    _get("/asset", get_asset, schemas.AssetAnswerSchema, "Read an asset", _ID),
    _get(
        "/asset-issuers",
        list_issuers,
        schemas.AssetIssuersSchema,
        "List who takes each asset",
    ),
    _get(
        "/asset-issuer",
        get_issuer,
        schemas.AssetIssuerAnswerSchema,
        "Read who takes an asset",
        _ID,
    ),
    _get(
        "/fiat-currencies",
        list_fiat_currencies,
        schemas.FiatCurrenciesSchema,
        "List the currencies that are charged in",
    ),
    _get(
        "/currencies",
        list_fiat_currencies,
        schemas.CurrenciesSchema,
        "List the currencies that are charged in",
    ),
    _get(
        "/fiat-currency",
        get_fiat_currency,
        schemas.FiatCurrencyAnswerSchema,
        "Read a currency that is charged in",
        _CODE,
    ),
    _get(
        "/blockchains",
        list_blockchains,
        schemas.BlockchainsSchema,
        "List the blockchains that are paid over",
    ),
    _get(
        "/networks",
        list_blockchains,
        schemas.NetworksSchema,
        "List the blockchains that are paid over",
    ),
    _get(
        "/blockchain",
        get_blockchain,
        schemas.BlockchainAnswerSchema,
        "Read a blockchain",
        _CODE,
    ),
)
