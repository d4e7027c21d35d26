"""Asset ids: how currencies are named towards merchants, in COINQVEST's words."""

from __future__ import annotations

import re

from checkout_kit.domain.currency import NATIVE_ASSETS, Currency
from checkout_kit.errors import CurrencyError

_NATIVE = "NATIVE"
# What COINQVEST calls an asset's issuer: an account of the Stellar network.
_STELLAR_ASSET = re.compile(r"[A-Za-z0-9]{1,12}:G[A-Z2-7]{55}\Z", re.ASCII)


def asset_id(currency: Currency) -> str:
    """The id of a currency: ``USD:NATIVE``, ``XLM:NATIVE``, or ``CODE:ISSUER``.

    An asset of another network than Stellar is named with its network.
    """
    if currency.is_fiat or NATIVE_ASSETS.get(currency.code, ("",))[0] == (
        currency.network
    ):
        return f"{currency.code}:{_NATIVE}"
    if currency.network == "stellar" and currency.issuer:
        return f"{currency.code}:{currency.issuer}"
    return str(currency)


def blockchain_code(currency: Currency) -> str:
    """What an asset's blockchain is known by: the code of its native asset."""
    native = {network: code for code, (network, _) in NATIVE_ASSETS.items()}
    network = currency.network or currency.code
    return native.get(network, network)


def parse_asset(text: str) -> Currency:
    """Read a currency's code or asset id.

    :raises CurrencyError: if it is neither, or unknown.
    """
    if text.endswith(f":{_NATIVE}"):
        text = text[: -len(_NATIVE) - 1]
    elif text == "ORIGIN":
        raise CurrencyError(
            "currency", "ORIGIN is not supported: name the currency to be credited in"
        )
    elif _STELLAR_ASSET.match(text):
        text = f"{text}@stellar"
    return Currency.parse(text)
