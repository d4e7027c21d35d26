"""Wallets: addresses of the merchant's own, that coins can be withdrawn to."""

from __future__ import annotations

from typing import Any

from checkout_kit_cryptocoin_pro.answers import ExternalWallet, Listing
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.account import WalletSchema

WALLET = "/wallet"


class WalletResource(Resource):
    """The merchant's own wallets, by their addresses."""

    def list(
        self, *, status: str | None = None, coin: str | None = None
    ) -> Listing[ExternalWallet]:
        """List them (GET /user/{user}/wallet)."""
        params = given(status=status, coin=coin)
        answer = self._transport.call("GET", WALLET, params=params)
        where = "GET /user/{user}/wallet"
        return self._answers.read_list(WalletSchema(), answer, where)

    def create(self, *, address: str, alias: str, coin: str) -> ExternalWallet:
        """Add one (POST /user/{user}/wallet)."""
        body = {"address": address, "alias": alias, "coin": coin}
        answer = self._transport.call("POST", WALLET, payload=body)
        return self._read(answer, "POST /user/{user}/wallet")

    def get(self, wallet_id: str) -> ExternalWallet:
        """Look at one (GET /user/{user}/wallet/{wallet})."""
        path = f"{WALLET}/{check_id(wallet_id, 'wallet')}"
        answer = self._transport.call("GET", path)
        return self._read(answer, "GET /user/{user}/wallet/{wallet}")

    def update(self, wallet_id: str, *, alias: str) -> ExternalWallet:
        """Rename one (POST /user/{user}/wallet/{wallet})."""
        path = f"{WALLET}/{check_id(wallet_id, 'wallet')}"
        answer = self._transport.call("POST", path, payload={"alias": alias})
        return self._read(answer, "POST /user/{user}/wallet/{wallet}")

    def _read(self, answer: Any, where: str) -> ExternalWallet:
        wallet: ExternalWallet = self._answers.read(WalletSchema(), answer, where)
        return wallet
