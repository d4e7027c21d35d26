"""Target accounts: where a withdrawal goes, in the shapes of COINQVEST's document.

Each network has its own (POST /withdrawal, ``targetNetwork`` and ``targetAccount``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit.domain.bank import (
    ACCOUNT_ON_FILE,
    BANK_DETAILS,
    check_bank_account,
)
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.memo import read_destination_tag
from checkout_kit.domain.withdrawal import WithdrawalTarget
from checkout_kit.errors import CurrencyError, InputError

_FIELD = "targetAccount"
_STELLAR = "XLM"
#: What an account of each network consists of; the first is always needed.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "BTC": ("address",),
    "ETH": ("address",),
    "LTC": ("address",),
    "XLM": ("account", "memo", "memoType"),
    "XRP": ("account", "destinationTag"),
}
#: The parts' names, by those of :class:`WithdrawalTarget`.
_RENAMED = {
    "target.memo": "memo",
    "target.memoType": "memoType",
    "target.destinationTag": "destinationTag",
    "memo": "memo",
    "destinationTag": "destinationTag",
}


def read_target_account(
    network: str, account: Mapping[str, Any], asset: Currency | None = None
) -> WithdrawalTarget:
    """Read where a withdrawal goes.

    :param network: the code of a chain's native asset, or of a fiat currency.
    :param asset: what the recipient is credited in; for the Stellar network only.
    :raises InputError: naming the part that can't be right.
    """
    if asset is not None and network != _STELLAR:
        raise InputError("targetAsset", "is only for the Stellar network, XLM")
    if network in _PARTS:
        return _on_chain(network, account, asset)
    try:
        currency = Currency.parse(network)
    except CurrencyError:
        currency = None
    if currency is None or not currency.is_fiat:
        raise CurrencyError(
            "targetNetwork",
            f"must be one of {', '.join(_PARTS)}, or a fiat currency such as EUR",
        )
    return _at_bank(currency, account)


def write_target_account(target: WithdrawalTarget) -> dict[str, Any]:
    """Write where a withdrawal goes; what its network has and this lacks is None."""
    if target.currency.is_fiat:
        return dict(target.bank_account)
    network = network_of(target)
    written: dict[str, Any] = {_PARTS[network][0]: target.address}
    if network == _STELLAR:
        written |= {"memo": target.memo, "memoType": target.memo_type}
    elif network == "XRP":
        tag = target.destination_tag
        written["destinationTag"] = None if tag is None else str(tag)
    return written


def network_of(target: WithdrawalTarget) -> str:
    """The code that ``targetNetwork`` calls a target's network or currency by."""
    currency = target.currency
    if currency.network == "stellar":
        return _STELLAR
    return currency.code


def _on_chain(
    network: str, account: Mapping[str, Any], asset: Currency | None
) -> WithdrawalTarget:
    known = _PARTS[network]
    for name in account:
        if name not in known:
            raise InputError(
                f"{_FIELD}.{name}", f"is not known for {network}: {', '.join(known)}"
            )
    currency = asset or Currency.parse(network)
    if currency.network != Currency.parse(network).network:
        raise CurrencyError("targetAsset", "is not an asset of the Stellar network")
    tag = account.get("destinationTag")
    where = f"{_FIELD}.{known[0]}"
    address = account.get(known[0])
    if address is None:
        raise InputError(where, f"is missing for {network}")
    memo, memo_type = _text(account, "memo"), _text(account, "memoType")
    try:
        return WithdrawalTarget(
            currency,
            address=address,
            memo=memo,
            memo_type=memo_type,
            destination_tag=None
            if tag is None
            else read_destination_tag(tag, field="target.destinationTag"),
        )
    except InputError as err:
        name = _RENAMED.get(err.field, known[0])
        raise InputError(f"{_FIELD}.{name}", err.problem) from None


def _at_bank(currency: Currency, account: Mapping[str, Any]) -> WithdrawalTarget:
    details = {name: _text(account, name) or "" for name in account}
    if currency.code in BANK_DETAILS and details != ACCOUNT_ON_FILE:
        details = check_bank_account(currency.code, details, field=_FIELD)
    try:
        return WithdrawalTarget(currency, bank_account=details)
    except InputError as err:
        field = err.field.replace("target.bankAccount", _FIELD)
        raise InputError(field, err.problem) from None


def _text(account: Mapping[str, Any], name: str) -> str | None:
    value = account.get(name)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{_FIELD}.{name}", "must be text")
    return value
