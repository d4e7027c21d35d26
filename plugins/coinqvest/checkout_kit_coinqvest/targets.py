"""Targets: where a withdrawal goes, as POST /withdrawal takes it; pure.

Addresses, memos, tags and the digits of bank accounts were checked by the kit when the
target was made. Whether an account has all that its currency needs is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checkout_kit import (
    Currency,
    InputError,
    NotSupported,
    WithdrawalRequest,
    WithdrawalTarget,
    check_bank_account,
)
from checkout_kit_coinqvest.payloads import to_asset

#: The currencies that the document has a target account for (POST /withdrawal).
_FIAT = ("CAD", "EUR", "NGN", "USD")
_NATIVE_ON_STELLAR = "XLM:NATIVE"
_RELAY = re.compile(r"[A-Za-z0-9]{1,12}:[A-Za-z0-9]{1,64}\Z", re.ASCII)


def build_withdrawal(request: WithdrawalRequest) -> dict[str, Any]:
    """Write the body of POST /withdrawal.

    :raises InputError: if the bank account or an option can't be right.
    :raises NotSupported: if COINQVEST has no way to the target.
    """
    target = request.target
    network, account = to_target_account(target)
    body: dict[str, Any] = {
        "sourceAsset": request.wallet,
        # An exact number, as in the document's examples; its table says text.
        "sourceAmount": request.amount.amount,
        "targetNetwork": network,
    }
    if network == "XLM":
        # Always named: left out, the recipient would be credited in the source asset.
        body["targetAsset"] = _stellar_asset(target.currency)
    body["targetAccount"] = account
    relay = _relay(request, network)
    if relay is not None:
        body["relay"] = relay
    return body


def to_target_account(target: WithdrawalTarget) -> tuple[str, dict[str, Any]]:
    """Write the target: ``targetNetwork`` and ``targetAccount``."""
    currency = target.currency
    if currency.is_fiat:
        return currency.code, _bank_account(currency.code, target.bank_account)
    if currency.network == "stellar":
        if str(target.address).startswith("M"):
            raise NotSupported("COINQVEST knows no muxed accounts; use G… and a memo")
        account: dict[str, Any] = {"account": target.address}
        if target.memo is not None:
            account |= {"memo": target.memo, "memoType": target.memo_type}
        return "XLM", account
    if str(currency) not in ("BTC", "ETH", "LTC", "XRP"):
        raise NotSupported(f"COINQVEST makes no withdrawals in {currency}")
    if currency.code != "XRP":
        return currency.code, {"address": target.address}
    account = {"account": target.address}
    if target.destination_tag is not None:
        account["destinationTag"] = str(target.destination_tag)
    return "XRP", account


def _stellar_asset(currency: Currency) -> str:
    if currency.issuer is None:
        if currency.code != "XLM":
            raise NotSupported("an asset of the Stellar network needs its issuer")
        return _NATIVE_ON_STELLAR
    return str(to_asset(currency))


def _relay(request: WithdrawalRequest, network: str) -> str | None:
    unknown = set(request.options) - {"relay"}
    if unknown:
        raise InputError(f"options.{sorted(unknown)[0]}", "is not an option; relay is")
    relay = request.options.get("relay")
    if relay is None:
        return None
    if network == "XLM":
        raise InputError("options.relay", "is not for withdrawals on Stellar")
    if not isinstance(relay, str) or not _RELAY.match(relay):
        raise InputError("options.relay", "must be an asset issuer's id, CODE:ISSUER")
    return relay


def _bank_account(code: str, given: Mapping[str, str]) -> dict[str, str]:
    if code not in _FIAT:
        known = ", ".join(_FIAT)
        raise NotSupported(f"COINQVEST makes withdrawals in {known}, not in {code}")
    return check_bank_account(code, given, field="target.bankAccount")
