"""The shop's own session: joined where it shares our database, and only then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from checkout_kit.domain.event import Event
from checkout_kit.errors import HandlerCommitted
from checkout_kit.storage import tables
from checkout_kit.storage.deliveries import DeliveryStore
from checkout_kit.storage.engine import Database

logger = logging.getLogger("checkout_kit.storage")

_ID = select(tables.installation.c.id)


class ShopSession:
    """A shop's SQLAlchemy session, such as Flask-SQLAlchemy's ``db.session``.

    :param session: the session, or the shop's registry of sessions.
    :param scope: opens a fresh scope of it for an event handler, such as
        ``app.app_context``.
    """

    def __init__(
        self,
        session: Any,
        database: Database,
        scope: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self._session = session
        self._database = database
        self._scope = scope
        self._lock = threading.Lock()
        self._is_shared: bool | None = None

    def prove(self) -> None:
        """Find out ahead of the first use; a database without tables says nothing."""
        if self._is_shared is None:
            try:
                _ = self.is_shared
            except (SQLAlchemyError, RuntimeError) as err:
                # The tables, or the shop's own set-up, are not there yet.
                logger.debug("the shop's session can't be looked at yet: %s", err)

    @property
    def is_shared(self) -> bool:
        """Whether it works on the kit's database, proven by the installation's id."""
        with self._lock:
            if self._is_shared is None:
                self._is_shared = self._prove()
                if not self._is_shared:
                    logger.warning(
                        "the shop's session is on another database than the kit: "
                        "orders and checkouts are committed apart, and event handlers "
                        "may be called more than once"
                    )
            return self._is_shared

    def connection(self) -> Connection | None:
        """The shop's connection in its present transaction, None if not shared."""
        if not self.is_shared:
            return None
        connection: Connection = self._session.connection()
        return connection

    def run(
        self, event: Event, subscriber: str, handler: Callable[[Event, Any], object]
    ) -> None:
        """Run a handler in a transaction of the shop's, together with its mark.

        On a shared database both are committed at once: exactly once. Else the
        handler's work comes first, and may come again after a crash.

        :raises HandlerCommitted: if the handler ended the transaction by itself.
        """
        shared = self.is_shared
        with self._scope():
            session = self._session() if callable(self._session) else self._session
            try:
                if shared and not DeliveryStore(session.connection()).take(
                    event.sequence, subscriber
                ):
                    session.rollback()
                    return
                session.connection()
                transaction = session.get_transaction()
                handler(event, session)
                if session.get_transaction() is not transaction:
                    raise HandlerCommitted(subscriber)
                session.commit()
            except BaseException:
                session.rollback()
                raise
        if not shared:
            _mark(self._database, event, subscriber)

    def _prove(self) -> bool:
        with self._database.transaction(write=False) as connection:
            ours = connection.execute(_ID).scalar_one_or_none()
        with self._scope():
            session = self._session() if callable(self._session) else self._session
            try:
                connection = session.connection()
                if not inspect(connection).has_table(tables.installation.name):
                    return False
                theirs = connection.execute(_ID).scalar_one_or_none()
                return ours is not None and ours == theirs
            finally:
                session.rollback()


class NoSession:
    """Stands in where a shop handed no session over: handlers get None."""

    is_shared = False

    def __init__(self, database: Database) -> None:
        self._database = database

    def prove(self) -> None:
        """There is nothing to find out."""

    def connection(self) -> Connection | None:
        """There is none."""
        return None

    def run(
        self, event: Event, subscriber: str, handler: Callable[[Event, Any], object]
    ) -> None:
        """Run a handler and then mark its delivery: at least once."""
        handler(event, None)
        _mark(self._database, event, subscriber)


def _mark(database: Database, event: Event, subscriber: str) -> None:
    with database.transaction(write=True) as connection:
        DeliveryStore(connection).take(event.sequence, subscriber)
        connection.commit()
