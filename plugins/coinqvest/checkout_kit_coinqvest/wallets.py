"""Wallets: what the account holds, as the kit knows it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from checkout_kit import (
    Currency,
    CurrencyError,
    InputError,
    Money,
    ProviderProtocolError,
    Wallet,
)
from checkout_kit_coinqvest.answers import HeldAsset, WalletAnswer
from checkout_kit_coinqvest.payloads import from_asset


def to_wallets(provider: str, answers: Iterable[WalletAnswer]) -> Sequence[Wallet]:
    """Turn each asset into a wallet of the kit; an empty one has its code alone.

    :raises ProviderProtocolError: if money is there that can't be named.
    """
    wallets: list[Wallet] = []
    for answer in answers:
        wallets += [_to_wallet(provider, answer, asset) for asset in answer.assets]
        if answer.assets:
            continue
        if answer.balance:
            raise ProviderProtocolError(
                provider, f"the wallet {answer.asset_code} holds money of no asset"
            )
        try:
            empty = Money.zero(Currency.parse(answer.asset_code))
        except CurrencyError:
            # A code that nobody knows, with nothing in it.
            continue
        wallets.append(Wallet(answer.asset_code, empty, answer.asset_code))
    return wallets


def _to_wallet(provider: str, answer: WalletAnswer, asset: HeldAsset) -> Wallet:
    try:
        return Wallet(
            reference=asset.id,
            # Stellar has seven places. More are the noise of a JSON number's sum.
            balance=Money.round_half_up(Fraction(asset.balance), from_asset(asset.id)),
            name=f"{answer.asset_code} by {asset.issuer_name or 'its issuer'}",
            details={"type": answer.type, "issuerDomain": asset.issuer_domain},
        )
    except InputError as err:
        raise ProviderProtocolError(
            provider, f"an asset of {answer.asset_code} is unusable: {err.problem}"
        ) from None
