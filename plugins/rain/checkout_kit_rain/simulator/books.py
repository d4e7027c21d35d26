"""The simulated exchange's books: users, sessions, accounts and prices, in memory."""

from __future__ import annotations

import secrets
import threading
import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from checkout_kit.simulation import SimulatorClock

from .addresses import make_address
from .errors import (
    SimulatorError,
    account_not_found,
    bad_request,
    not_found,
    unauthorized,
    username_exists,
)
from .records import Account, Address, Order, Price, Session, Transaction, User
from .settings import Settings

TOKEN_LIFETIME = timedelta(hours=24)


def new_id() -> str:
    """Make an id."""
    return str(uuid.uuid4())


class Books:
    """Everything the exchange knows. Whoever calls a method holds `lock`."""

    def __init__(self, clock: SimulatorClock, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.settings = settings
        self.users: dict[str, User] = {}
        self.accounts: dict[str, Account] = {}
        self.transactions: dict[str, Transaction] = {}
        self.orders: dict[str, Order] = {}
        self.prices: list[Price] = []
        self._sessions: dict[str, Session] = {}
        price = Decimal(100_000)
        self.set_price(price, price, price)

    def sign_up(
        self,
        email: str,
        password: str,
        full_name: str,
        country: str,
        *,
        is_admin: bool = False,
    ) -> User:
        """Make a user with the two default accounts.

        :raises SimulatorError: when the address is taken or the password too plain.
        """
        if any(user.email == email for user in self.users.values()):
            raise username_exists()
        if password.isalnum():
            raise bad_request("The password needs a special character")
        now = self.clock.now()
        user = User(new_id(), email, password, full_name, country, now, is_admin)
        self.users[user.id] = user
        self.add_account(user, "BTC Account")
        self.add_account(user, "USD Account", currency="usd")
        return user

    def log_in(self, user: User) -> Session:
        """Make a session."""
        token = secrets.token_urlsafe(32) + "="
        session = Session(new_id(), user.id, token, self.clock.now())
        self._sessions[token] = session
        return session

    def user_by_password(self, email: str, password: str) -> User:
        """Find the user that may log in.

        :raises SimulatorError: when e-mail address or password is wrong.
        """
        for user in self.users.values():
            same = secrets.compare_digest(user.password.encode(), password.encode())
            if user.email == email and same:
                return user
        raise SimulatorError(400, 3002, "Wrong email or password")

    def user_by_token(self, token: str) -> User:
        """Find the user of a session.

        :raises SimulatorError: when there is no such session, or it is over.
        """
        session = self._sessions.get(token)
        if session is None or self.clock.now() >= session.created + TOKEN_LIFETIME:
            raise unauthorized()
        return self.users[session.user_id]

    def end_session(self, token: str) -> None:
        """Log out."""
        self._sessions.pop(token, None)

    def end_all_sessions(self) -> None:
        """Log everybody out, as a restart of the exchange may."""
        self._sessions.clear()

    def add_account(self, user: User, name: str, *, currency: str = "btc") -> Account:
        """Make an account; a bitcoin account has an address at once."""
        now = self.clock.now()
        account = Account(new_id(), user.id, name, currency, now, now)
        self.accounts[account.id] = account
        if currency == "btc":
            account.address = self.add_address(account).address
        return account

    def add_address(self, account: Account, given: str | None = None) -> Address:
        """Give an account an address.

        :raises SimulatorError: when it is no bitcoin account.
        """
        if account.currency != "btc":
            raise bad_request("The account has no addresses")
        address_id = new_id()
        address = Address(
            address_id, account.id, given or make_address(address_id), self.clock.now()
        )
        account.addresses.append(address)
        return address

    def account(self, account_id: str, user: User | None = None) -> Account:
        """Find an account that was not deleted, of a user if one is given.

        :raises SimulatorError: when it is not there.
        """
        found = self.accounts.get(account_id.lower())
        if found is None or found.deleted is not None:
            raise account_not_found()
        if user is not None and found.user_id != user.id:
            raise account_not_found()
        return found

    def account_by_address(self, address: str) -> Account:
        """Find the account that an address belongs to.

        :raises SimulatorError: when there is none.
        """
        for account in self.accounts.values():
            if any(known.address == address for known in account.addresses):
                return account
        raise not_found("Address")

    def transaction(self, transaction_id: str, user: User, kind: str) -> Transaction:
        """Find one of a user's transactions of a type.

        :raises SimulatorError: when it is not there.
        """
        found = self.transactions.get(transaction_id.lower())
        if found is None or found.user_id != user.id or found.type != kind:
            raise not_found(kind.capitalize())
        return found

    def list_transactions(self, user: User, kind: str) -> list[Transaction]:
        """List a user's transactions of a type."""
        return [
            t
            for t in self.transactions.values()
            if t.user_id == user.id and t.type == kind
        ]

    def set_price(self, buy: Decimal, sell: Decimal, spot: Decimal) -> Price:
        """Set the price that counts from now on."""
        price = Price(new_id(), self.clock.now(), buy, sell, spot)
        self.prices.append(price)
        return price

    def touch(self, account: Account, at: datetime | None = None) -> None:
        """Note that an account changed."""
        account.updated = at or self.clock.now()
