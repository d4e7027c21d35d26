"""The platform's lists: issuers, assets, fiat currencies and blockchains.

Names, domains and terms are the document's where it has them; the rest is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import NotFound
from .markets import CHAINS, FIAT_CODES, issuer_of

Document = dict[str, Any]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """An issuer's terms: least amount, fixed fee and fee as a share of the amount."""

    least: Decimal = _ZERO
    fee_fixed: Decimal = _ZERO
    fee_percent: Decimal = _ZERO
    is_enabled: bool = True

    def to_json(self) -> Document:
        """Return them as GET /asset-issuers shows them."""
        return {
            "enabled": self.is_enabled,
            "min": f"{self.least:.7f}",
            "max": None,
            "feeFixed": f"{self.fee_fixed:.7f}",
            "feePercent": f"{self.fee_percent:.7f}",
        }


_WITHDRAWALS = {
    "XLM": Terms(),
    "BTC": Terms(Decimal("0.005"), Decimal("0.0005"), Decimal("0.005")),
    "ETH": Terms(Decimal("0.05"), Decimal("0.005"), Decimal("0.005")),
    "LTC": Terms(Decimal("0.1"), Decimal("0.01"), Decimal("0.005")),
    "XRP": Terms(Decimal("20"), Decimal("0.1"), Decimal("0.005")),
    "USD": Terms(Decimal("15"), Decimal("5"), Decimal("0.02")),
    "EUR": Terms(Decimal("10"), Decimal("1.98")),
    "NGN": Terms(Decimal("500"), Decimal("200")),
    "CAD": Terms(Decimal("15"), Decimal("5"), Decimal("0.02")),
}
#: Code → name and domain of the issuer that the platform uses by default.
_ISSUERS = {
    "XLM": ("Stellar Development Foundation (SDF)", "stellar.org", "US"),
    "USD": ("AnchorUSD", "anchorusd.com", "US"),
    "NGN": ("Cowrie", "cowrie.exchange", "NG"),
    "EUR": ("Tempo", "tempo.eu.com", "FR"),
}
_NAMES = {
    "XLM": "Lumens",
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "LTC": "Litecoin",
    "XRP": "Ripple",
    "USD": "US Dollar",
    "EUR": "Euro",
    "NGN": "Nigerian Naira",
    "CAD": "Canadian Dollar",
}


def terms_of_withdrawals(code: str) -> Terms | None:
    """Return an issuer's terms for withdrawals, None where there are none."""
    return _WITHDRAWALS.get(code)


def name_of_issuer(code: str) -> tuple[str, str]:
    """Return name and domain of a currency's default issuer."""
    name, domain, _ = _issuer(code)
    return name, domain


def list_issuers() -> list[Document]:
    """Return the issuers of GET /asset-issuers."""
    return [_to_issuer(code) for code in (*CHAINS, *FIAT_CODES)]


def list_assets() -> list[Document]:
    """Return the assets of GET /assets."""
    return [_to_asset(code) for code in (*CHAINS, *FIAT_CODES)]


def list_fiat_currencies() -> list[Document]:
    """Return the currencies of GET /fiat-currencies."""
    return [
        {
            "name": _NAMES.get(code, code),
            "assetCode": code,
            "assetName": _NAMES.get(code, code),
            "minChargeAmount": "0.01",
            "assetIssuers": [_to_listed_issuer(code)],
        }
        for code in FIAT_CODES
    ]


def list_blockchains() -> list[Document]:
    """Return the blockchains of GET /blockchains; their minimums count in checkouts."""
    return [
        {
            "name": chain.name,
            "nativeAssetCode": code,
            "nativeAssetName": _NAMES[code],
            "minChargeAmount": f"{chain.minimum:f}",
            "assetIssuers": [_to_listed_issuer(code)],
        }
        for code, chain in CHAINS.items()
    ]


def find(documents: list[Document], key: str, wanted: str) -> Document:
    """Return the document with this value under `key`.

    :raises NotFound: when there is none.
    """
    for document in documents:
        if document[key] == wanted:
            return document
    raise NotFound(f"{key}: unknown.")


def _issuer(code: str) -> tuple[str, str, str]:
    if code in CHAINS:
        return _ISSUERS.get(code, ("Stellarport", "stellarport.io", "US"))
    return _ISSUERS.get(code, (f"Issuer of {code}", "issuer.example.com", "US"))


def _to_issuer(code: str) -> Document:
    name, domain, country = _issuer(code)
    is_chain = code in CHAINS
    asset_id = issuer_of(code)
    least = CHAINS[code].minimum if is_chain else _ZERO
    withdrawals = _WITHDRAWALS.get(code, Terms(is_enabled=False))
    return {
        "id": asset_id,
        "name": name,
        "domain": domain,
        "address": f"{name}, 1 Example Street, Exampletown",
        "country": country,
        "type": "CRYPTO" if is_chain else "FIAT",
        "checkouts": Terms(least, is_enabled=is_chain).to_json(),
        "withdrawals": withdrawals.to_json(),
        "asset": {
            "id": asset_id,
            "name": _NAMES.get(code, code),
            "path": f"/api/v1/asset?id={asset_id}",
        },
        "blockchain": (
            {
                "nativeAssetCode": code,
                "name": CHAINS[code].name,
                "path": f"/api/v1/blockchain?assetCode={code}",
            }
            if is_chain
            else None
        ),
        "fiatCurrency": (
            None
            if is_chain
            else {
                "assetCode": code,
                "name": _NAMES.get(code, code),
                "path": f"/api/v1/fiat-currency?assetCode={code}",
            }
        ),
    }


def _to_asset(code: str) -> Document:
    asset_id = issuer_of(code)
    return {
        "id": asset_id,
        "code": asset_id.partition(":")[0],
        "name": _NAMES.get(code, code),
        "type": "CRYPTO" if code in CHAINS else "FIAT",
        "issuer": {
            "id": asset_id,
            "name": _issuer(code)[0],
            "path": f"/api/v1/asset-issuer?id={asset_id}",
        },
    }


def _to_listed_issuer(code: str) -> Document:
    asset_id = issuer_of(code)
    return {
        "id": asset_id,
        "path": f"/api/v1/asset-issuer?id={asset_id}",
        "name": _issuer(code)[0],
        "default": True,
    }
