"""The app that gunicorn and ``flask run`` serve: it tells what its process is doing."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from checkout_kit.wiring import SystemClock
from tests.crash.books_shop import BooksShop

#: Where the database and the provider's books are.
DATABASE, BOOKS = "SERVED_SHOP_DATABASE", "SERVED_SHOP_BOOKS"
#: Where gunicorn's master writes down at its end which threads it has had.
MASTER = "SERVED_SHOP_MASTER"


def create_app() -> Flask:
    """Make the shop, and use its database at once, as some factories do."""
    shop = BooksShop(
        os.environ[DATABASE], Path(os.environ[BOOKS]), SystemClock(), TESTING=False
    )
    database = shop.services.database
    shop.services.checkouts.list(SystemClock().now(), limit=1, offset=0)
    first_engine, first_backend = database.engine, _backend(database)
    maker = os.getpid()

    @shop.app.get("/process")
    def show_process() -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "parent": os.getppid(),
            "workers": sorted(
                thread.name
                for thread in threading.enumerate()
                if thread.name.startswith("checkout-kit-worker")
            ),
            "is_forked": os.getpid() != maker,
            "has_own_engine": database.engine is not first_engine,
            "has_own_connection": _backend(database) != first_backend,
        }

    return shop.app


def on_exit(server: object) -> None:
    """Tell of the master's threads: gunicorn calls this there, as its configuration."""
    names = [thread.name for thread in threading.enumerate()]
    Path(os.environ[MASTER]).write_text("\n".join(names), encoding="utf-8")


def _backend(database: Any) -> object:
    """Which server process a connection leads to; on SQLite the connection itself."""
    with database.transaction(write=False) as connection:
        if database.is_sqlite:
            return id(connection.connection.dbapi_connection)
        return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
