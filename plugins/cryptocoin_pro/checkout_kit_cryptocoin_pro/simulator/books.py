"""The provider's books: people, money and what was agreed, in memory."""

from __future__ import annotations

import secrets
import string
import threading
import uuid
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from checkout_kit.simulation import SimulatorClock

from .addresses import is_same_address
from .amounts import minus, plus
from .errors import not_found
from .kyc_records import Kyc
from .market import Market
from .people import Bank, Card, Notification, Platform, SecurityEvent, User, Wallet
from .records import Checkout, DepositAddress, Order, Quote, Transfer
from .sessions import Sessions
from .settings import Settings
from .tables import Table

_PUBLIC_ALPHABET = string.ascii_letters + string.digits
_MAIL_LIMIT = 500
_HISTORY_LIMIT = 100


def new_id() -> str:
    """Make an id."""
    return str(uuid.uuid4())


def new_public_id() -> str:
    """Make the short id that people see."""
    return "".join(secrets.choice(_PUBLIC_ALPHABET) for _ in range(8))


def new_code() -> str:
    """Make a code of six digits, as it comes by e-mail or SMS."""
    return f"{secrets.randbelow(1_000_000):06d}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to a user, which nobody sends: the control API shows it."""

    to: str
    subject: str
    code: str
    at: datetime


class Books:
    """Everything the provider knows. Whoever calls a method holds `lock`."""

    def __init__(self, clock: SimulatorClock, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.settings = settings
        self.market = Market()
        self.sessions = Sessions()
        self.platforms: Table[Platform] = Table()
        self.users: Table[User] = Table()
        self.banks: Table[Bank] = Table()
        self.cards: Table[Card] = Table()
        self.wallets: Table[Wallet] = Table()
        self.addresses: Table[DepositAddress] = Table(20_000)
        self.quotes: Table[Quote] = Table(20_000)
        self.orders: Table[Order] = Table(20_000)
        self.transfers: Table[Transfer] = Table()
        self.checkouts: Table[Checkout] = Table()
        self.mails: deque[Mail] = deque(maxlen=_MAIL_LIMIT)
        self._balances: dict[tuple[str, str], Decimal] = {}

    def add_user(self, email: str, password: str | None, **parts: object) -> User:
        """Make a user, who is not active yet."""
        now = self.clock.now()
        user_id = str(parts.pop("id", None) or new_id())
        made = User(user_id, email, password, now, Kyc(now), **parts)  # type: ignore[arg-type]
        return self.users.add(made)

    def user_by_email(self, email: str) -> User | None:
        """Find a user by e-mail address."""
        wanted = email.casefold()
        if not wanted:
            return None
        found = (user for user in self.users if user.email.casefold() == wanted)
        return next(found, None)

    def user_by_link(self, platform_id: str, name: str) -> User | None:
        """Find a user by the id that a platform has for him."""
        for user in self.users:
            for link in user.links:
                if (link.platform_id, link.user_id) == (platform_id, name):
                    return user
        return None

    def user_by_any(self, name: str) -> User | None:
        """Find a user by id or e-mail address."""
        return self.users.find(name) or self.user_by_email(name)

    def platform(self, name: str) -> Platform:
        """Find a platform by its id, or by its number as in one example.

        :raises ApiError: when there is none.
        """
        if name == "1":
            return next(iter(self.platforms))
        return self.platforms.get(name)

    def balance(self, user_id: str, symbol: str) -> Decimal:
        """Return what a user may spend."""
        return self._balances.get((user_id, symbol), Decimal(0))

    def credit(self, user_id: str, symbol: str, amount: Decimal) -> None:
        """Add to what a user may spend."""
        total = plus(self.balance(user_id, symbol), amount)
        self._balances[user_id, symbol] = total

    def debit(self, user_id: str, symbol: str, amount: Decimal) -> None:
        """Take from what a user may spend; whether it is there, the desk knows."""
        # Not by a sign: that would round to the thread's own precision.
        total = minus(self.balance(user_id, symbol), amount)
        self._balances[user_id, symbol] = total

    def pending(self, user_id: str, symbol: str) -> Decimal:
        """Return what is on its way to a user."""
        total = Decimal(0)
        for order in self.orders:
            is_coming = order.direction == "in" and order.is_open
            if order.user_id == user_id and is_coming and order.to_symbol == symbol:
                total = plus(total, order.to_amount)
        return total

    def has_money(self, user_id: str) -> bool:
        """Tell whether a user still has something here."""
        return any(
            amount > 0
            for (owner, _), amount in self._balances.items()
            if owner == user_id
        )

    def address_of(self, text: str) -> DepositAddress:
        """Find a deposit address.

        :raises ApiError: when it is none of the provider's.
        """
        for known in self.addresses:
            if is_same_address(known.address, text):
                return known
        raise not_found()

    def notify(self, user: User, category: str, what: str, about: Order) -> None:
        """Tell a user of an order."""
        name, _, state = what.partition("_")
        user.notifications.append(
            Notification(
                new_id(),
                f"{name.title()} {state.title()}",
                f"Your {name} {about.public_id} has been {state}",
                category,
                what,
                self.clock.now(),
                {"id": about.id, "publicId": about.public_id},
            )
        )
        del user.notifications[:-_HISTORY_LIMIT]

    def note(self, user: User, code: str, ip: str | None) -> None:
        """Keep what happened to an account."""
        name = code.replace("_", " ").title()
        event = SecurityEvent(code, name, ip or "127.0.0.1", self.clock.now())
        user.events.append(event)
        del user.events[:-_HISTORY_LIMIT]

    def mail(self, to: str, subject: str, code: str) -> None:
        """Send a message; the control API shows it."""
        self.mails.append(Mail(to, subject, code, self.clock.now()))
