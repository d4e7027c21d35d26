"""Banks: the accounts that sales are paid to."""

from __future__ import annotations

from checkout_kit_cryptocoin_pro.answers import Bank, Listing
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.account import BankSchema

BANK = "/bank"


class BankResource(Resource):
    """The merchant's bank accounts."""

    def create(self, *, bank_name: str, iban: str, swift: str, currency: str) -> Bank:
        """Add a bank account (POST /user/{user}/bank)."""
        body = {
            "bankName": bank_name,
            "iban": iban,
            "swift": swift,
            "currency": currency,
        }
        answer = self._transport.call("POST", BANK, payload=body)
        made: Bank = self._answers.read(BankSchema(), answer, "POST /user/{user}/bank")
        return made

    def list(
        self, *, status: str | None = None, currency: str | None = None
    ) -> Listing[Bank]:
        """List the bank accounts (GET /user/{user}/bank).

        :param status: ``confirmed``, ``rejected`` or ``pending``.
        """
        params = given(status=status, currency=currency)
        answer = self._transport.call("GET", BANK, params=params)
        return self._answers.read_list(BankSchema(), answer, "GET /user/{user}/bank")

    def get(self, bank_id: str) -> Bank:
        """Look at a bank account (GET /user/{user}/bank/{bank})."""
        answer = self._transport.call("GET", f"{BANK}/{check_id(bank_id, 'bank')}")
        where = "GET /user/{user}/bank/{bank}"
        found: Bank = self._answers.read(BankSchema(), answer, where)
        return found

    def delete(self, bank_id: str) -> str:
        """Remove a bank account (DELETE /user/{user}/bank/{bank})."""
        path = f"{BANK}/{check_id(bank_id, 'bank')}"
        answer = self._transport.call("DELETE", path)
        return self._answers.read_message(answer, "DELETE /user/{user}/bank/{bank}")
