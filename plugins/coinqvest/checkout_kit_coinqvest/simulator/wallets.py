"""Wallets: what the simulated account holds; credited payments make them grow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .catalogue import name_of_issuer
from .documents import credit_of
from .errors import BadRequest, NotFound
from .markets import CHAINS, issuer_of, parse_currency
from .state import Ledger

#: The wallets of the document's example, in its order; others show when they are used.
_SHOWN = ("XLM", "BTC", "ETH", "LTC", "XRP", "EUR", "NGN", "USD")

Document = dict[str, Any]


class Wallets:
    """The balances, by asset id: credits of the ledger's payments, and changes.

    Every public method takes the ledger's lock.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.lock = ledger.lock
        self.clock = ledger.clock
        self._ledger = ledger
        self._changes: dict[str, Decimal] = {}

    def add(self, asset_id: str, amount: Decimal) -> None:
        """Change a balance without a payment: a withdrawal, or play money.

        :raises BadRequest: when the asset is unknown.
        """
        if ":" not in asset_id or parse_currency(asset_id) is None:
            raise BadRequest("assetId: unknown asset.")
        with self.lock:
            self._changes[asset_id] = self._changes.get(asset_id, Decimal(0)) + amount

    def balance(self, asset_id: str) -> Decimal:
        """Return how much of an asset the account holds."""
        return self._balances().get(asset_id, Decimal(0))

    def list_all(self) -> list[Document]:
        """Return the wallets of GET /wallets."""
        balances = self._balances()
        used = {parse_currency(asset_id) or "" for asset_id in balances}
        codes = [*_SHOWN, *sorted(used - set(_SHOWN) - {""})]
        return [_to_document(code, balances) for code in codes]

    def get(self, code: str) -> Document:
        """Return the wallet of GET /wallet.

        :raises NotFound: when the account has none.
        """
        for wallet in self.list_all():
            if wallet["assetCode"] == code:
                return wallet
        raise NotFound("assetCode: no such wallet.")

    def _balances(self) -> dict[str, Decimal]:
        with self.lock:
            balances = dict(self._changes)
            for checkout in self._ledger.list_checkouts():
                asset_id = issuer_of(checkout.request.settlement_currency)
                for deposit in checkout.deposits:
                    if deposit.is_credited:
                        credit = credit_of(checkout, deposit)
                        balances[asset_id] = balances.get(asset_id, Decimal(0)) + credit
        return {asset_id: amount for asset_id, amount in balances.items() if amount}


def _to_document(code: str, balances: dict[str, Decimal]) -> Document:
    held = {
        asset_id: amount
        for asset_id, amount in balances.items()
        if parse_currency(asset_id) == code
    }
    name, domain = name_of_issuer(code)
    return {
        "assetCode": code,
        "type": "CRYPTO" if code in CHAINS else "FIAT",
        "balance": _to_number(sum(held.values(), Decimal(0))),
        "assets": [
            {
                "id": asset_id,
                "issuerName": name,
                "issuerDomain": domain,
                "balance": _to_number(amount),
                "path": f"/api/v1/asset?id={asset_id}",
            }
            for asset_id, amount in held.items()
        ],
    }


def _to_number(amount: Decimal) -> int | float:
    # A JSON number, as the examples show: 950, 562.9698492.
    return int(amount) if amount == amount.to_integral_value() else float(amount)
