"""Transactions: everything that happened on one account."""

from __future__ import annotations

from checkout_kit_rain.answers import Transaction, TransactionList
from checkout_kit_rain.client.transport import Transport, check_id
from checkout_kit_rain.schemas import TransactionSchema


class TransactionResource:
    """The transactions of an account, of any type."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, account_id: str) -> TransactionList:
        """List an account's transactions (GET /accounts/{id}/transactions)."""
        data = self._transport.call("GET", self._path(account_id))
        where = "GET /accounts/{id}/transactions"
        return self._transport.read_transactions(data, where)

    def get(self, account_id: str, transaction_id: str) -> Transaction:
        """Look at a transaction (GET /accounts/{id}/transactions/{id})."""
        check_id(transaction_id, "transaction")
        where = "GET /accounts/{id}/transactions/{id}"
        data = self._transport.call("GET", f"{self._path(account_id)}/{transaction_id}")
        found: Transaction = self._transport.read(TransactionSchema(), data, where)
        if found.id.lower() != transaction_id.lower():
            raise self._transport.odd(
                f"{where}: answers about another transaction", data
            )
        return found

    def _path(self, account_id: str) -> str:
        return f"/accounts/{check_id(account_id, 'account')}/transactions"
