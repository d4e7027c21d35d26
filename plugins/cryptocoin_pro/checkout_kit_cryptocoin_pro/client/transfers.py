"""Transfers: coins from one user of the provider to another."""

from __future__ import annotations

from decimal import Decimal

from checkout_kit_cryptocoin_pro.answers import Listing, Transfer
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.records import TransferSchema

TRANSFER = "/transfer"


class TransferResource(Resource):
    """The merchant's transfers. Only :meth:`confirm` moves money."""

    def list(self) -> Listing[Transfer]:
        """List all that he has part in (GET /user/{user}/transfer)."""
        return self._list("")

    def list_made(self) -> Listing[Transfer]:
        """List those that he made (GET /user/{user}/transfer/by)."""
        return self._list("/by")

    def list_sent(self) -> Listing[Transfer]:
        """List those from him (GET /user/{user}/transfer/from)."""
        return self._list("/from")

    def list_received(self) -> Listing[Transfer]:
        """List those to him (GET /user/{user}/transfer/to)."""
        return self._list("/to")

    def create(
        self, action: str, *, amount: Decimal, kind: str, symbol: str, user: str
    ) -> Transfer:
        """Make a transfer that is not confirmed (POST /user/{user}/transfer).

        :param action: ``send`` or ``receive``.
        :param user: the other user's e-mail address or id.
        """
        body = {
            "action": action,
            "amount": f"{amount:f}",
            "type": kind,
            "symbol": symbol,
            "user": user,
        }
        answer = self._transport.call("POST", TRANSFER, payload=body)
        where = "POST /user/{user}/transfer"
        made: Transfer = self._answers.read(TransferSchema(), answer, where)
        return made

    def get(self, transfer_id: str) -> Transfer:
        """Look at a transfer (GET /user/{user}/transfer/{transfer})."""
        return self._one("GET", transfer_id, None)

    def confirm(self, transfer_id: str, wallet: str | None = None) -> Transfer:
        """Carry a transfer out (POST /user/{user}/transfer/{transfer}).
        **Moves money.**

        :param wallet: where to, for one that receives.
        """
        body = {"wallet": wallet} if wallet is not None else None
        return self._one("POST", transfer_id, body)

    def _one(
        self, method: str, transfer_id: str, body: dict[str, str] | None
    ) -> Transfer:
        path = f"{TRANSFER}/{check_id(transfer_id, 'transfer')}"
        answer = self._transport.call(method, path, payload=body)
        where = f"{method} /user/{{user}}/transfer/{{transfer}}"
        found: Transfer = self._answers.read(TransferSchema(), answer, where)
        if found.id.lower() != transfer_id.lower():
            raise self._answers.odd(f"{where}: answers about another one", answer)
        return found

    def _list(self, tail: str) -> Listing[Transfer]:
        answer = self._transport.call("GET", f"{TRANSFER}{tail}")
        where = f"GET /user/{{user}}/transfer{tail}"
        return self._answers.read_list(TransferSchema(), answer, where)
