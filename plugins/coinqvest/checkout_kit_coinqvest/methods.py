"""Methods: the ways to pay that COINQVEST has, as the kit knows them."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import Currency, PaymentMethod
from checkout_kit_coinqvest.payloads import to_asset

#: Asset code → the network's plain name (document: POST /checkout).
NETWORK_NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ethereum",
    "LTC": "Litecoin",
    "XLM": "Stellar Network",
    "XRP": "XRP Ledger",
}
_ASSET_NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "LTC": "Litecoin",
    "XLM": "Stellar Lumens",
    "XRP": "XRP",
}


def list_methods(
    provider: str, currency: Currency, *, hosted: bool, is_test: bool
) -> Sequence[PaymentMethod]:
    """Name the ways to pay a charge in a currency; which are offered, quotes say."""
    if to_asset(currency) is None:
        return ()
    if hosted:
        return (
            PaymentMethod(
                provider, currency, "COINQVEST", redirects=True, is_test=is_test
            ),
        )
    return tuple(
        PaymentMethod(
            provider,
            Currency.parse(code),
            _ASSET_NAMES[code],
            network_name=network,
            is_test=is_test,
        )
        for code, network in NETWORK_NAMES.items()
    )


def chain_of(blockchain: str) -> str:
    """Reduce a blockchain's id or plain name to the code of its native asset."""
    for code, name in NETWORK_NAMES.items():
        if blockchain.upper() in (code, name.upper(), _ASSET_NAMES[code].upper()):
            return code
    return "XLM" if blockchain.upper() == "STELLAR" else blockchain.upper()
