"""Accounts: containers of money, each with addresses of its own."""

from __future__ import annotations

from typing import Any

from checkout_kit_rain.answers import Account, AccountAddress, AccountList, BrokenItem
from checkout_kit_rain.client.transport import Transport, check_id
from checkout_kit_rain.schemas import AccountSchema, AddressSchema

ACCOUNTS = "/accounts"


class AccountResource:
    """The user's accounts and their addresses."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> AccountList:
        """List all accounts with their balances (GET /accounts)."""
        data = self._transport.call("GET", ACCOUNTS)
        where = f"GET {ACCOUNTS}"
        return AccountList(*self._transport.read_list(AccountSchema(), data, where))

    def get(self, account_id: str) -> Account:
        """Look at an account (GET /accounts/{id})."""
        return self._one("GET", account_id)

    def create(self, name: str) -> Account:
        """Make a bitcoin account with an address of its own (POST /accounts)."""
        data = self._transport.call("POST", ACCOUNTS, {"name": name})
        made: Account = self._transport.read(AccountSchema(), data, f"POST {ACCOUNTS}")
        if made.name != name:
            problem = f"POST {ACCOUNTS}: answers about another account"
            raise self._transport.odd(problem, data)
        return made

    def update(self, account_id: str, *, name: str) -> Account:
        """Rename an account (PATCH /accounts/{id})."""
        return self._one("PATCH", account_id, {"name": name})

    def delete(self, account_id: str) -> Account:
        """Delete an account (DELETE /accounts/{id})."""
        return self._one("DELETE", account_id)

    def list_addresses(
        self, account_id: str
    ) -> tuple[tuple[AccountAddress, ...], tuple[BrokenItem, ...]]:
        """List an account's addresses (GET /accounts/{id}/addresses)."""
        path = self._addresses(account_id)
        data = self._transport.call("GET", path)
        where = "GET /accounts/{id}/addresses"
        return self._transport.read_list(AddressSchema(), data, where)

    def get_address(self, account_id: str, address_id: str) -> AccountAddress:
        """Look at one address (GET /accounts/{id}/addresses/{id})."""
        path = f"{self._addresses(account_id)}/{check_id(address_id, 'address')}"
        data = self._transport.call("GET", path)
        found = self._address(data, account_id, "GET /accounts/{id}/addresses/{id}")
        if found.id.lower() != address_id.lower():
            raise self._transport.odd("answers about another address", data)
        return found

    def create_address(
        self, account_id: str, bitcoin_address: str | None = None
    ) -> AccountAddress:
        """Give an account another address (POST /accounts/{id}/addresses).

        :param bitcoin_address: an address to associate; without one, as in the
            document's example, the API makes one.
        """
        body = {"bitcoin_address": bitcoin_address} if bitcoin_address else None
        data = self._transport.call("POST", self._addresses(account_id), body)
        return self._address(data, account_id, "POST /accounts/{id}/addresses")

    def _addresses(self, account_id: str) -> str:
        return f"{ACCOUNTS}/{check_id(account_id, 'account')}/addresses"

    def _one(self, method: str, account_id: str, body: Any = None) -> Account:
        path = f"{ACCOUNTS}/{check_id(account_id, 'account')}"
        data = self._transport.call(method, path, body)
        where = f"{method} {ACCOUNTS}/{{id}}"
        found: Account = self._transport.read(AccountSchema(), data, where)
        if found.id.lower() != account_id.lower():
            raise self._transport.odd(f"{where}: answers about another account", data)
        return found

    def _address(self, data: Any, account_id: str, where: str) -> AccountAddress:
        found: AccountAddress = self._transport.read(AddressSchema(), data, where)
        if found.account_id.lower() != account_id.lower():
            raise self._transport.odd(f"{where}: answers about another account", data)
        return found
