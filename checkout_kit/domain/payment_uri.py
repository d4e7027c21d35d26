"""Payment URIs: deposit instructions as one text that wallets read from a QR code.

A URI is only made where it says everything: one that left out the memo, or that a
wallet could take for another asset's, would lose the buyer's money.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from urllib.parse import quote

from checkout_kit.domain.addresses import check_address, strkey, xrpl
from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import NATIVE_ASSETS, Currency
from checkout_kit.domain.memo import check_destination_tag, check_memo
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError, CurrencyError, InputError

#: Longest label and message; SEP-7 allows 300 characters.
MAX_LABEL = 200
#: Stellar's largest amount: a signed number of 64 bits, of 1e-7 units.
_MAX_STELLAR_UNITS = 2**63 - 1
_STELLAR_MEMO_TYPES = {
    "text": "MEMO_TEXT",
    "id": "MEMO_ID",
    "hash": "MEMO_HASH",
    "return": "MEMO_RETURN",
}


def build_payment_uri(
    currency: Currency,
    address: str,
    amount: Money,
    memo: str | None = None,
    memo_type: str | None = None,
    destination_tag: int | None = None,
    label: str | None = None,
    message: str | None = None,
) -> str | None:
    """Write deposit instructions as a payment URI.

    :param label: who is paid; only BIP21 has a place for it.
    :param message: what is paid for.
    :return: None if no URI form says all of it: an unknown network, a token of
        Ethereum or the XRP Ledger, or a memo or tag on a network without one.
    :raises InputError: if the address, amount, memo, tag or text is not acceptable.
    """
    if amount.currency != currency:
        raise CurrencyError("amount", f"is not in {currency}")
    if amount.amount <= 0:
        raise AmountError("amount", "must be more than zero")
    if memo is not None:
        memo = check_memo(memo, memo_type)
    if destination_tag is not None:
        check_destination_tag(destination_tag)
    for name, text in (("label", label), ("message", message)):
        if text is not None:
            check_text(name, text, maximum=MAX_LABEL, blank=True)

    if currency.network == "stellar":
        address = check_address("stellar", address)
        if destination_tag is not None:
            return None
        return _to_sep7(address, amount, memo, memo_type, message or label)
    network, decimals = NATIVE_ASSETS.get(currency.code, (None, 0))
    if currency.issuer is not None or network is None or network != currency.network:
        return None
    address = check_address(network, address)
    # Counted in the network's own units, whatever precision the caller gave.
    amount = Money(amount.amount, Currency(currency.code, network, None, decimals))
    if network == "xrpl":
        return None if memo is not None else _to_xrpl(address, amount, destination_tag)
    if memo is not None or destination_tag is not None:
        return None
    if network == "ethereum":
        # EIP-681. The chain is always named, or the wallet's current one would be
        # used. Tokens are left out: their decimals can't be told from the address.
        return f"ethereum:{address}@1?value={amount.minor_units}"
    pairs = [("amount", amount.to_text())]
    pairs += [(k, v) for k, v in (("label", label), ("message", message)) if v]
    return f"{network}:{address}?{_query(pairs)}"


def _to_sep7(
    address: str,
    amount: Money,
    memo: str | None,
    memo_type: str | None,
    message: str | None,
) -> str | None:
    """SEP-7: ``web+stellar:pay``, the asset named unless it is XLM."""
    currency = amount.currency
    if currency.issuer is None and currency.code != "XLM":
        return None
    # Seven places, whatever precision the caller gave.
    asset = Currency(currency.code, currency.network, currency.issuer, 7)
    amount = Money(amount.amount, asset)
    if amount.minor_units > _MAX_STELLAR_UNITS:
        raise AmountError("amount", "is more than Stellar can carry")
    pairs = [("destination", address), ("amount", amount.to_text())]
    if currency.issuer is not None:
        issuer = strkey.check_stellar(currency.issuer)
        pairs += [("asset_code", currency.code), ("asset_issuer", issuer)]
    if memo is not None:
        if address.startswith("M"):
            raise InputError("memo", "a muxed account (M…) already holds its id")
        kind = _STELLAR_MEMO_TYPES.get(memo_type or "")
        # A memo of the wrong kind is a wrong memo: never guessed.
        if kind is None:
            return None
        if memo_type in ("hash", "return"):
            memo = base64.b64encode(bytes.fromhex(memo)).decode()
        pairs += [("memo", memo), ("memo_type", kind)]
    if message:
        pairs.append(("msg", message))
    return f"web+stellar:pay?{_query(pairs)}"


def _to_xrpl(address: str, amount: Money, tag: int | None) -> str:
    """The bare ``rADDRESS?amount=…&dt=…``.

    No scheme was ever agreed on: XLS-2d puts these keys behind any web address, which
    would lead buyers without a wallet to somebody's site. Wallets read the bare form
    too (Xaman, Ledger Live). An X-address is split, because older ones don't know it.
    """
    classic, held = xrpl.parse_address(address)
    if None not in (held, tag) and held != tag:
        raise InputError("destinationTag", "is not the one in the X-address")
    tag = held if tag is None else tag
    pairs = [("amount", amount.to_text())]
    if tag is not None:
        pairs.append(("dt", str(tag)))
    return f"{classic}?{_query(pairs)}"


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    # Nothing is safe: a label with & or # can't add a key or end the query.
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs)
