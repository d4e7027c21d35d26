"""Wallets and withdrawals: the endpoints that show and move the account's money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit_coinqvest.answers import (
    WalletAnswer,
    WithdrawalAnswer,
    WithdrawalPage,
)
from checkout_kit_coinqvest.client.caller import PAGE_SIZE, ApiCaller
from checkout_kit_coinqvest.schemas import WalletSchema, WithdrawalSchema

WALLETS = "/wallets"
WALLET = "/wallet"
WITHDRAWAL = "/withdrawal"
WITHDRAWAL_COMMIT = "/withdrawal/commit"
WITHDRAWALS = "/withdrawals"


class WalletCalls(ApiCaller):
    """What the account holds, and how it leaves."""

    def list_wallets(self) -> tuple[WalletAnswer, ...]:
        """List the account's wallets, empty ones too (GET /wallets)."""
        return self._all(WALLETS, "wallets", WalletSchema())

    def get_wallet(self, asset_code: str) -> WalletAnswer:
        """Look at one wallet (GET /wallet)."""
        data = self._member(self._get(WALLET, {"assetCode": asset_code}), "wallet")
        answer: WalletAnswer = self._read(WalletSchema(), data, f"GET {WALLET}")
        if answer.asset_code != asset_code:
            raise self._odd(f"GET {WALLET}: answers about another wallet", data)
        return answer

    def create_withdrawal(self, body: Mapping[str, Any]) -> WithdrawalAnswer:
        """Make a withdrawal that waits for its commit (POST /withdrawal).

        Moves no money.
        """
        data = self._post(WITHDRAWAL, body)
        return self._withdrawal(data, f"POST {WITHDRAWAL}")

    def commit_withdrawal(self, withdrawal_id: str) -> WithdrawalAnswer:
        """Send a withdrawal on its way (POST /withdrawal/commit): **moves money**.

        The state of this answer is never final; see :meth:`get_withdrawal`.
        """
        data = self._post(WITHDRAWAL_COMMIT, {"withdrawalId": withdrawal_id})
        return self._withdrawal(data, f"POST {WITHDRAWAL_COMMIT}", withdrawal_id)

    def get_withdrawal(self, withdrawal_id: str) -> WithdrawalAnswer:
        """Look at a withdrawal (GET /withdrawal)."""
        data = self._get(WITHDRAWAL, {"id": withdrawal_id})
        return self._withdrawal(data, f"GET {WITHDRAWAL}", withdrawal_id)

    def list_withdrawals(
        self, limit: int = PAGE_SIZE, offset: int = 0
    ) -> WithdrawalPage:
        """List the account's withdrawals, newest first (GET /withdrawals)."""
        data = self._get(WITHDRAWALS, {"limit": limit, "offset": offset})
        count, raw = self._page(data, "withdrawals")
        items, broken = self._items(raw, WithdrawalSchema(), WithdrawalAnswer)
        return WithdrawalPage(items, broken, len(raw), count)

    def _withdrawal(
        self, data: Any, where: str, wanted: str | None = None
    ) -> WithdrawalAnswer:
        found = self._member(data, "withdrawal")
        answer: WithdrawalAnswer = self._read(WithdrawalSchema(), found, where)
        if wanted is not None and answer.id != wanted:
            raise self._odd(f"{where}: answers about another withdrawal", data)
        return answer
