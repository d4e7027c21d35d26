"""Answers about what the platform trades: assets, issuers, currencies, blockchains."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


def code_of(asset: str) -> str:
    """Reduce ``CODE:ISSUER`` to the code; a bare code stays as it is."""
    return asset.partition(":")[0]


@dataclass(frozen=True, slots=True)
class IssuerName:
    """An asset issuer as other objects name it; ``is_default`` only where it says."""

    id: str
    name: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class IssuerTerms:
    """On what terms an issuer takes part in checkouts, or in withdrawals.

    Amounts are in the issuer's asset. ``highest`` None means that there is no bound.
    """

    is_enabled: bool
    least: Decimal
    highest: Decimal | None
    fee_fixed: Decimal
    fee_percent: Decimal


@dataclass(frozen=True, slots=True)
class AssetIssuer:
    """Who brings an asset on and off the Stellar network (GET /asset-issuer).

    ``blockchain`` and ``fiat_currency`` are codes; one of them is None.
    """

    id: str
    name: str
    type: str
    checkouts: IssuerTerms
    withdrawals: IssuerTerms
    domain: str | None = None
    address: str | None = None
    country: str | None = None
    asset_name: str | None = None
    blockchain: str | None = None
    fiat_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset of the platform (GET /asset)."""

    id: str
    code: str
    name: str
    type: str
    issuer: IssuerName | None = None


@dataclass(frozen=True, slots=True)
class FiatCurrency:
    """A fiat currency of the platform (GET /fiat-currency)."""

    code: str
    name: str
    least_charge: Decimal
    issuers: tuple[IssuerName, ...]
    asset_name: str | None = None


@dataclass(frozen=True, slots=True)
class Blockchain:
    """A blockchain that the platform takes payments on (GET /blockchain).

    ``least_charge`` is in its native asset.
    """

    code: str
    name: str
    least_charge: Decimal
    issuers: tuple[IssuerName, ...]
    asset_name: str | None = None
