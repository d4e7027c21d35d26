"""Targets: where a withdrawal goes, as POST /withdrawal takes it; pure.

Addresses, memos and tags were checked by the kit when the target was made. Bank
accounts are checked here, as far as their own digits can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from checkout_kit import (
    Currency,
    InputError,
    NotSupported,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit_coinqvest.payloads import to_asset

#: The document's own list (POST /withdrawal, "Field Attributes for … NGN").
NGN_BANKS = frozenset(
    (
        "AccessBank CitiBank DiamondBank Ecobank EnterpriseBank FCMB FidelityBank "
        "FirstBank GTBank Heritage JaizBank KeystoneBank ProvidusBank SkyeBank Stanbic "
        "StandardChartered SterlingBank SuntrustBank UBA UnionBank UnityBank WemaBank "
        "ZenithBank"
    ).split()
)
_NATIVE_ON_STELLAR = "XLM:NATIVE"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z", re.ASCII)
_SWIFT = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?\Z", re.ASCII)
_ACCOUNT_NUMBER = re.compile(r"[0-9]{4,17}\Z", re.ASCII)
# Institution and transit number; the document does not say how they are joined.
_CAD_ROUTING = re.compile(r"[0-9]{5}-?[0-9]{3}\Z|[0-9]{9}\Z", re.ASCII)
_US_ROUTING = re.compile(r"[0-9]{9}\Z", re.ASCII)
_NUBAN = re.compile(r"[0-9]{10}\Z", re.ASCII)
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


def _bank_account(code: str, given: Mapping[str, str]) -> dict[str, Any]:
    if code not in _BANK_DETAILS:
        known = ", ".join(_BANK_DETAILS)
        raise NotSupported(f"COINQVEST makes withdrawals in {known}, not in {code}")
    checks = _BANK_DETAILS[code]
    for name in given:
        if name not in checks:
            raise InputError(f"target.bankAccount.{name}", f"is unknown for {code}")
    for name, (check, expected) in checks.items():
        if name not in given:
            raise InputError(f"target.bankAccount.{name}", f"is missing: {expected}")
        if not check(given[name]):
            raise InputError(f"target.bankAccount.{name}", f"must be {expected}")
    return dict(given)


def _fits(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.match(value) is not None


def _is_iban(value: str) -> bool:
    if not _IBAN.match(value):
        return False
    # ISO 13616: letters count from 10, and the whole leaves 1 when divided by 97.
    turned = value[4:] + value[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _is_us_routing(value: str) -> bool:
    if not _US_ROUTING.match(value) or not int(value):
        return False
    weights = (3, 7, 1) * 3
    return not sum(int(d) * w for d, w in zip(value, weights, strict=True)) % 10


_Check = tuple[Callable[[str], bool], str]
_BANK_DETAILS: Mapping[str, Mapping[str, _Check]] = {
    "CAD": {
        "accountNumber": (_fits(_ACCOUNT_NUMBER), "4 to 17 digits"),
        "routingNumber": (_fits(_CAD_ROUTING), "8 or 9 digits"),
    },
    "EUR": {
        "iban": (_is_iban, "an IBAN without blanks, its check digits right"),
        "swift": (_fits(_SWIFT), "a SWIFT/BIC of 8 or 11 characters"),
    },
    "NGN": {
        "nuban": (_fits(_NUBAN), "a NUBAN of 10 digits"),
        "bankName": (NGN_BANKS.__contains__, "one of the document's bank names"),
    },
    "USD": {
        "accountNumber": (_fits(_ACCOUNT_NUMBER), "4 to 17 digits"),
        "routingNumber": (_is_us_routing, "a routing number of 9 digits"),
    },
}
