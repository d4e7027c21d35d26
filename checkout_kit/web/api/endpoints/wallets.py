"""Endpoints of wallets: what the accounts at all providers hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from checkout_kit.domain.asset_id import asset_id
from checkout_kit.domain.wallet import CurrencyHoldings, Holding, WalletStatement
from checkout_kit.errors import NotFoundError, ProviderUnavailable
from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.wallets import (
    WalletAnswerSchema,
    WalletQuerySchema,
    WalletsSchema,
)

_TAG = "Wallets"
_LEFT_OUT = (
    "`unavailable` names the providers that could not be asked: what they hold is in "
    "none of the sums."
)


def list_wallets(call: Call) -> Any:
    """Show what is held, by currency."""
    statement = call.store.wallets.read()
    wallets = [_wallet(call, statement, each) for each in statement.currencies]
    return {"wallets": wallets, "unavailable": list(statement.unavailable)}


def get_wallet(call: Call) -> Any:
    """Show what is held in one currency."""
    statement = call.store.wallets.read()
    code = call.query["asset_code"]
    for each in statement.currencies:
        if each.code.upper() == code.upper():
            return {
                "wallet": _wallet(call, statement, each),
                "unavailable": list(statement.unavailable),
            }
    for provider, problem in statement.unavailable.items():
        # It may be held there.
        raise ProviderUnavailable(provider, problem)
    raise NotFoundError("wallet", code)


def _wallet(
    call: Call, statement: WalletStatement, held: CurrencyHoldings
) -> Mapping[str, Any]:
    references = Counter(each.wallet.reference for each in statement.holdings)
    return {
        "asset_code": held.code,
        "type": "FIAT" if held.is_fiat else "CRYPTO",
        "balance": held.balance_text,
        "assets": [
            _asset(call, each, is_unique=references[each.wallet.reference] == 1)
            for each in held.holdings
        ],
    }


def _asset(call: Call, held: Holding, *, is_unique: bool) -> Mapping[str, Any]:
    wallet = held.wallet
    name = quote(asset_id(wallet.currency), safe=":")
    return {
        # The reference is COINQVEST's own id of an asset; the full id always holds.
        "id": wallet.reference if is_unique else held.id,
        "provider": held.provider,
        "issuer_name": wallet.name or held.provider,
        "issuer_domain": wallet.details.get("issuerDomain"),
        "balance": wallet.balance_text,
        "path": call.path(f"/asset?id={name}"),
    }


ENDPOINTS = (
    Endpoint(
        "GET",
        "/wallets",
        list_wallets,
        WalletsSchema,
        "List what the accounts at all providers hold",
        _TAG,
        description=_LEFT_OUT,
    ),
    Endpoint(
        "GET",
        "/wallet",
        get_wallet,
        WalletAnswerSchema,
        "Read what is held in one currency",
        _TAG,
        query=WalletQuerySchema,
        description=_LEFT_OUT,
    ),
)
