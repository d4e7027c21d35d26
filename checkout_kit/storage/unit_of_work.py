"""Units of work: one transaction each, rolled back unless it is committed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection

from checkout_kit.domain.api_key import FoundCaller
from checkout_kit.storage import tables
from checkout_kit.storage.api_keys import ApiKeyStore
from checkout_kit.storage.api_requests import ApiRequestStore
from checkout_kit.storage.campaigns import CampaignStore
from checkout_kit.storage.checkouts import CheckoutStore
from checkout_kit.storage.customers import CustomerStore
from checkout_kit.storage.deliveries import DeliveryStore
from checkout_kit.storage.delivery_log import DeliveryLogStore
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.endpoints import EndpointStore
from checkout_kit.storage.engine import Database, busy_named
from checkout_kit.storage.events import EventStore
from checkout_kit.storage.freshness import is_fresh
from checkout_kit.storage.health import HealthStore
from checkout_kit.storage.inbox import InboxStore
from checkout_kit.storage.invoices import InvoiceStore
from checkout_kit.storage.known_keys import KnownKeys
from checkout_kit.storage.links import LinkStore
from checkout_kit.storage.mails import MailStore
from checkout_kit.storage.operations import OperationStore
from checkout_kit.storage.payments import PaymentStore
from checkout_kit.storage.quotes import QuoteStore
from checkout_kit.storage.schema import SchemaGuard
from checkout_kit.storage.sealed_rows import SealedRows
from checkout_kit.storage.settlements import SettlementStore
from checkout_kit.storage.withdrawals import WithdrawalStore

StoreT = TypeVar("StoreT")


class _Store(Generic[StoreT]):
    """A store of a unit, made when it is first asked for: most need a few of them."""

    def __init__(self, make: Callable[[UnitOfWork], StoreT]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: UnitOfWork, owner: type) -> StoreT:
        # What is kept under its own name is found before this is asked again.
        store = unit.__dict__[self._name] = self._make(unit)
        return store


def _plain(store: Callable[[Connection], StoreT]) -> _Store[StoreT]:
    return _Store(lambda unit: store(unit.connection))


def _sealed(store: Callable[[Connection, SecretBox], StoreT]) -> _Store[StoreT]:
    return _Store(lambda unit: store(unit.connection, unit.box))


class UnitOfWork:
    """All stores on one connection, in one transaction.

    Nothing is kept unless :meth:`commit` is called. A unit that joined a shop's own
    transaction leaves the commit to the shop.
    """

    api_keys = _plain(ApiKeyStore)
    api_requests = _plain(ApiRequestStore)
    campaigns = _plain(CampaignStore)
    checkouts = _plain(CheckoutStore)
    invoices = _plain(InvoiceStore)
    payments = _plain(PaymentStore)
    quotes = _plain(QuoteStore)
    events = _plain(EventStore)
    deliveries = _plain(DeliveryStore)
    delivery_log = _plain(DeliveryLogStore)
    links = _plain(LinkStore)
    mails = _plain(MailStore)
    settlements = _plain(SettlementStore)
    operations = _plain(OperationStore)
    inbox = _plain(InboxStore)
    health = _plain(HealthStore)
    customers = _sealed(CustomerStore)
    endpoints = _sealed(EndpointStore)
    withdrawals = _sealed(WithdrawalStore)
    sealed = _sealed(SealedRows)

    def __init__(
        self, connection: Connection, box: SecretBox, *, is_joined: bool = False
    ) -> None:
        self.connection = connection
        self.box = box
        self._is_joined = is_joined

    def commit(self) -> None:
        """Keep what was done, unless the shop's own commit does."""
        if not self._is_joined:
            self.connection.commit()


class UnitOfWorkFactory:
    """Opens units of work on the kit's own engine, or on a shop's connection."""

    def __init__(
        self,
        database: Database,
        shop_connection: Callable[[], Connection | None] | None = None,
        box: SecretBox | None = None,
    ) -> None:
        self._box = box or SecretBox()
        self._database = database
        self._shop_connection = shop_connection
        self._schema = SchemaGuard(database)
        self._keys = KnownKeys(database)
        #: The unit that this thread's others are part of, in :meth:`together`.
        self._whole = threading.local()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a unit that only reads."""
        if (connection := self._together()) is not None:
            yield UnitOfWork(connection, self._box, is_joined=True)
            return
        self._schema.check()
        with self._database.transaction(write=False) as connection:
            yield UnitOfWork(connection, self._box)

    def is_fresh(
        self,
        token: str,
        version: int,
        now: datetime,
        *,
        not_checked_since: datetime,
        is_delivered: bool,
    ) -> bool:
        """See :func:`checkout_kit.storage.freshness.is_fresh`; opens no unit."""
        self._schema.check()
        return is_fresh(
            self._database,
            token,
            version,
            now,
            not_checked_since=not_checked_since,
            is_delivered=is_delivered,
        )

    def find_caller(self, key_id: str, checkout_id: str) -> FoundCaller | None:
        """See :meth:`checkout_kit.storage.known_keys.KnownKeys.find`; opens no unit."""
        self._schema.check()
        return self._keys.find(key_id, checkout_id)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open a unit that may write; on SQLite the only one of its moment."""
        if (connection := self._together()) is not None:
            yield UnitOfWork(connection, self._box, is_joined=True)
            return
        self._schema.check()
        with self._database.transaction(write=True) as connection:
            yield UnitOfWork(connection, self._box)

    @contextmanager
    def together(self) -> Iterator[UnitOfWork]:
        """Open a writing unit that all others of this thread become part of.

        What several services do in it is kept by its own commit, or not at all. No
        network may be waited for in it.
        """
        self._schema.check()
        with self._database.transaction(write=True) as connection:
            self._whole.connection = connection
            try:
                yield UnitOfWork(connection, self._box)
            finally:
                self._whole.connection = None

    def _together(self) -> Connection | None:
        return getattr(self._whole, "connection", None)

    @contextmanager
    def join(self, *, write: bool = True) -> Iterator[UnitOfWork]:
        """Open a unit on the shop's connection if there is one, else one of our own.

        On a shared connection nothing is committed here: the shop's commit keeps the
        checkout and the order together.
        """
        self._schema.check()
        connection = self._shop_connection() if self._shop_connection else None
        if connection is None:
            with self.write() if write else self.read() as unit:
                yield unit
            return
        with busy_named():
            # Take SQLite's write lock before the first read: a transaction that began
            # by reading can't be upgraded once somebody else has written.
            if write and connection.dialect.name == "sqlite":
                connection.execute(
                    tables.installation.update().values(id=tables.installation.c.id)
                )
            yield UnitOfWork(connection, self._box, is_joined=True)
