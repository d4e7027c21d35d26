"""The limit: a bare Flask app on a bare driver, which the kit is compared with.

Its database is a copy of the kit's: same tables, indexes and ``synchronous``, and it
commits where the kit commits.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from typing import Any

import psycopg
from flask import Flask, jsonify
from sqlalchemy.engine import make_url

from bench.kit import DATABASE_VARIABLE

#: How many bytes the static page has.
BYTES_VARIABLE = "CHECKOUT_KIT_BENCH_PAGE_BYTES"
_CHECKOUT, _EVENT = "checkout_kit_checkout", "checkout_kit_event"
_STATUS = "state, is_paid, total, currency, expires_at, fingerprint, id"


class BareRows:
    """One connection, and statements written out for its driver."""

    def __init__(self, url: str) -> None:
        parts = make_url(url)
        self._is_sqlite = parts.get_backend_name() == "sqlite"
        self._mark = "?" if self._is_sqlite else "%s"
        self.connection: Any = _connect(url)
        self._checkout, self._checkout_row = self._template(_CHECKOUT, ())
        self._status = f"SELECT {_STATUS} FROM {_CHECKOUT} WHERE id = {self._mark}"  # noqa: S608
        # What the log gives an event, and what only an event dispatched before has.
        self._event, self._event_row = self._template(_EVENT, ("sequence", "position"))
        self._event_row["is_dispatched"] = False

    def _template(self, table: str, without: tuple[str, ...]) -> tuple[str, Any]:
        columns = f"SELECT * FROM {table}"  # noqa: S608
        found = self.connection.execute(f"{columns} LIMIT 1")
        names = [column[0] for column in found.description]
        row = dict(zip(names, found.fetchone(), strict=True))
        row = {name: value for name, value in row.items() if name not in without}
        marks = ", ".join(self._mark for _ in row)
        insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
        if not self._is_sqlite:
            row = {name: _to_json(value) for name, value in row.items()}
        self.connection.commit()
        return insert, row

    def insert(self) -> str:
        """Write the kit's two rows again, under new ids."""
        checkout_id, token = secrets.token_hex(16), secrets.token_hex(16)
        row = {**self._checkout_row, "id": checkout_id, "token": token}
        event = {**self._event_row, "id": secrets.token_hex(16)}
        event["checkout_id"] = checkout_id
        if self._is_sqlite:
            self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(self._checkout, tuple(row.values()))
        self.connection.execute(self._event, tuple(event.values()))
        self.connection.commit()
        return token

    def read(self, checkout_id: str) -> Any:
        """Read a checkout by its primary key."""
        return self.connection.execute(self._status, (checkout_id,)).fetchone()


def _connect(url: str) -> Any:
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return psycopg.connect(url.replace("+psycopg", ""))
    # As the kit sets it up, in storage/engine.py.
    connection = sqlite3.connect(
        parts.database or "", isolation_level=None, check_same_thread=False, timeout=5
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _to_json(value: Any) -> Any:
    return psycopg.types.json.Json(value) if isinstance(value, dict) else value


def create_app() -> Flask:
    """Make the app that gunicorn serves."""
    app = Flask("bench_limit")
    # As every shop has one: Flask then opens a session for each request.
    app.config["SECRET_KEY"] = "not a secret"  # noqa: S105
    page = "x" * int(os.environ[BYTES_VARIABLE])
    rows: list[BareRows] = []

    def bare() -> BareRows:
        # Made by the worker, not by gunicorn's parent.
        if not rows:
            rows.append(BareRows(os.environ[DATABASE_VARIABLE]))
        return rows[0]

    @app.post("/orders")
    def order() -> tuple[str, int]:
        return f"http://127.0.0.1/checkout/{bare().insert()}", 201

    @app.get("/page")
    def show() -> str:
        return page

    @app.get("/json/<checkout_id>")
    def status(checkout_id: str) -> Any:
        row = bare().read(checkout_id)
        names = ("state", "isPaid", "amountDue", "currency", "expiresAt", "v", "id")
        return jsonify(dict(zip(names, row, strict=True)))

    @app.post("/slow-sink")
    def slow_sink() -> tuple[str, int]:
        time.sleep(0.05)
        return "", 204

    @app.post("/sink")
    def sink() -> tuple[str, int]:
        return "", 204

    return app
