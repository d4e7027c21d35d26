"""The books: users, their accounts and coins, and every movement once it was made."""

from __future__ import annotations

import secrets
import threading
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import NotFound

from .errors import Unprocessable
from .settings import Settings

#: What a new user has an account in.
CURRENCIES = ("USD", "JPY", "EUR")
#: How many coins of each kind a new user has.
_COINS = Decimal(10)


@dataclass(slots=True)
class User:
    """A user of the vendor's."""

    id: int
    ext_id: str
    secret: str = field(repr=False)
    email: str | None = None
    auth_code: str | None = field(default=None, repr=False)
    coins: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """A fiat account."""

    id: int
    user_id: int
    currency: str
    balance: Decimal = Decimal(0)


@dataclass(slots=True)
class Movement:
    """Money that went in (or out, below zero)."""

    account: int
    amount: Decimal
    request_id: str
    notes: str | None


@dataclass(slots=True)
class CryptoWithdrawal:
    """Coins that were asked to be sent."""

    id: int
    user_id: int
    amount: Decimal
    address: str
    currency: str
    state: str = "pending"


class Books:
    """Everything that the simulated exchange knows; each method is one transaction."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.lock = threading.RLock()
        self.users: dict[int, User] = {}
        self.accounts: dict[int, Account] = {}
        self.movements: list[Movement] = []
        self.withdrawals: dict[int, CryptoWithdrawal] = {}
        # The document's example user with the accounts of its examples.
        user = self._add_user(1200, "vendor-user-id", "myUserSecret")
        user.auth_code = "13332"
        self.accounts[2300] = Account(2300, user.id, "USD", Decimal(200))
        self.accounts[9478] = Account(9478, user.id, "JPY")
        self.accounts[2301] = Account(2301, user.id, "EUR")

    def create_user(
        self, ext_id: str, email: str | None, auth_code: str | None
    ) -> User:
        """Make a user, who is approved at once."""
        with self.lock:
            if any(user.ext_id == ext_id for user in self.users.values()):
                raise Unprocessable(ext_id="has already been taken")
            number = max(self.users) + 1
            user = self._add_user(number, ext_id, secrets.token_hex(16))
            user.email, user.auth_code = email, auth_code
            for currency in CURRENCIES:
                account = Account(max(self.accounts) + 1, number, currency)
                self.accounts[account.id] = account
            return user

    def update_user(
        self, number: int, email: str | None, auth_code: str | None
    ) -> User:
        """Change what is given."""
        with self.lock:
            user = self.find_user(number)
            user.email = user.email if email is None else email
            user.auth_code = user.auth_code if auth_code is None else auth_code
            return user

    def find_user(self, number: int) -> User:
        """Return a user."""
        user = self.users.get(number)
        if user is None:
            raise NotFound("User not found")
        return user

    def accounts_of(self, number: int) -> list[Account]:
        """Return a user's accounts."""
        with self.lock:
            self.find_user(number)
            return [a for a in self.accounts.values() if a.user_id == number]

    def find_account(self, number: int) -> Account:
        """Return an account."""
        account = self.accounts.get(number)
        if account is None:
            raise NotFound("Account not found")
        return account

    def move(
        self, number: int, amount: Decimal, request_id: str, notes: str | None
    ) -> Account:
        """Put money in, or take it out where the amount is below zero."""
        with self.lock:
            account = self.find_account(number)
            if any(made.request_id == request_id for made in self.movements):
                if self._settings.repeated_request_id == "ignored":
                    return account
                if self._settings.repeated_request_id == "refused":
                    raise Unprocessable(request_id="has already been taken")
            if account.balance + amount < 0:
                raise Unprocessable(amount="is more than the balance")
            account.balance += amount
            self.movements.append(Movement(number, amount, request_id, notes))
            return account

    def adjust(self, number: int, amount: Decimal) -> Account:
        """Let somebody else change a balance, by whatever way."""
        with self.lock:
            account = self.find_account(number)
            account.balance += amount
            return account

    def send_coins(
        self, user_id: int, amount: Decimal, address: str, currency: str
    ) -> CryptoWithdrawal:
        """Take coins from a user and note where they go."""
        with self.lock:
            user = self.find_user(user_id)
            if user.coins.get(currency, Decimal(0)) < amount:
                raise Unprocessable(amount="is more than the balance")
            user.coins[currency] -= amount
            number = max(self.withdrawals, default=19) + 1
            made = CryptoWithdrawal(number, user_id, amount, address, currency)
            self.withdrawals[number] = made
            return made

    def find_withdrawal(self, user_id: int | None, number: int) -> CryptoWithdrawal:
        """Return a withdrawal of a user's; of anybody's with None."""
        found = self.withdrawals.get(number)
        if found is None or user_id not in (None, found.user_id):
            raise NotFound("Crypto withdrawal not found")
        return found

    def withdrawals_of(self, user_id: int) -> list[CryptoWithdrawal]:
        """Return a user's withdrawals in the order of the switch."""
        with self.lock:
            found = [w for w in self.withdrawals.values() if w.user_id == user_id]
        found.sort(key=lambda w: w.id, reverse=self._settings.order == "newest")
        return found

    def to_json(self) -> dict[str, Any]:
        """Return all books as the control API shows them, without secrets."""
        with self.lock:
            return {
                "users": [
                    {"id": user.id, "ext_id": user.ext_id, "email": user.email}
                    for user in self.users.values()
                ],
                "accounts": [
                    {**asdict(account), "balance": f"{account.balance:f}"}
                    for account in self.accounts.values()
                ],
                "movements": [
                    {**asdict(made), "amount": f"{made.amount:f}"}
                    for made in self.movements
                ],
                "crypto_withdrawals": [
                    {**asdict(made), "amount": f"{made.amount:f}"}
                    for made in self.withdrawals.values()
                ],
            }

    def _add_user(self, number: int, ext_id: str, secret: str) -> User:
        coins = dict.fromkeys(("BTC", "ETH", "LTC"), _COINS)
        self.users[number] = user = User(number, ext_id, secret, coins=coins)
        return user
