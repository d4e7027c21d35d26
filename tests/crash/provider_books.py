"""A provider's books in a file of their own: what was done there outlives any process.

Every public method is one call over the network, as far as the kit can tell: the
borders of crash tests lie before and after each. A killed process keeps what it wrote,
so nothing has to be forced to the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from checkout_kit import (
    Clock,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    Settlement,
)

_TABLES = """
CREATE TABLE IF NOT EXISTS call (name TEXT);
CREATE TABLE IF NOT EXISTS account (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS invoice
    (key TEXT PRIMARY KEY, account INTEGER UNIQUE, amount TEXT, currency TEXT);
CREATE TABLE IF NOT EXISTS deposit
    (id TEXT PRIMARY KEY, account INTEGER, amount TEXT, currency TEXT, status TEXT,
     at TEXT);
CREATE TABLE IF NOT EXISTS credit
    (key TEXT PRIMARY KEY, amount TEXT, currency TEXT);
CREATE TABLE IF NOT EXISTS closed (account INTEGER);
CREATE TABLE IF NOT EXISTS sent
    (key TEXT PRIMARY KEY, amount TEXT, currency TEXT, address TEXT);
CREATE TABLE IF NOT EXISTS heard (event TEXT);
CREATE TABLE IF NOT EXISTS webhook (event TEXT);
CREATE TABLE IF NOT EXISTS told (event TEXT);
CREATE TABLE IF NOT EXISTS mail (id TEXT);
CREATE TABLE IF NOT EXISTS fault (name TEXT, how TEXT);
"""
_TAKE_FLAG = (
    "DELETE FROM fault WHERE rowid = (SELECT min(rowid) FROM fault WHERE name = ?)"
)


class BooksDisagree(AssertionError):
    """Raised when one key comes with two different orders: a fault of the kit's."""


class ProviderBooks:
    """All that the provider knows; safe for many threads and processes."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        with self._open() as connection:
            connection.executescript(_TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA synchronous = OFF")
            yield connection

    @contextmanager
    def _change(self, name: str) -> Iterator[sqlite3.Connection]:
        """One call: counted, maybe refused, kept as a whole, its answer maybe lost."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO call VALUES (?)", (name,))
            fault = connection.execute(
                "SELECT rowid, how FROM fault WHERE name = ? ORDER BY rowid LIMIT 1",
                (name,),
            ).fetchone()
            if fault is not None:
                connection.execute("DELETE FROM fault WHERE rowid = ?", (fault[0],))
            how = fault[1] if fault else ""
            if how in ("refuse", "down"):
                connection.execute("COMMIT")
                if how == "refuse":
                    raise ProviderRefused("books", "it will not", status=400)
                raise ProviderUnavailable("books", "out of order", status=503)
            yield connection
            connection.execute("COMMIT")
        if how == "lose":
            raise ProviderTimeout("books", "the answer was lost on its way")

    # What the plugin asks

    def list_methods(self) -> None:
        """Say that there is only one method."""
        with self._change("list_payment_methods"):
            pass

    def quote(self) -> None:
        """Say that the rate is the usual one."""
        with self._change("quote_price"):
            pass

    def open_account(self) -> int:
        """Open an account for deposits: a new one at each call, as nothing is paid."""
        with self._change("open_account") as connection:
            row = connection.execute(
                "INSERT INTO account DEFAULT VALUES RETURNING number"
            ).fetchone()
            return int(row[0])

    def make_invoice(self, key: str, account: int, amount: Money) -> None:
        """Make an invoice on an account; the same key makes it once."""
        wanted = (account, amount.to_text(), str(amount.currency))
        with self._change("make_invoice") as connection:
            found = connection.execute(
                "SELECT account, amount, currency FROM invoice WHERE key = ?", (key,)
            ).fetchone()
            if found is None:
                connection.execute(
                    "INSERT INTO invoice VALUES (?, ?, ?, ?)", (key, *wanted)
                )
            elif found != wanted:
                raise BooksDisagree(f"{key}: {found} and {wanted}")

    def list_deposits(
        self, accounts: Sequence[int]
    ) -> dict[int, list[PaymentObservation]]:
        """The deposits on accounts."""
        found: dict[int, list[PaymentObservation]] = {number: [] for number in accounts}
        with self._change("detect_payments") as connection:
            rows = connection.execute("SELECT * FROM deposit ORDER BY rowid").fetchall()
        for external_id, account, amount, currency, status, at in rows:
            if account in found:
                found[account].append(
                    PaymentObservation(
                        external_id,
                        Money(amount, currency),
                        PaymentStatus(status),
                        received_at=type(self._clock.now()).fromisoformat(at),
                    )
                )
        return found

    def list_balances(self) -> Money:
        """What the merchant's account holds."""
        with self._change("list_wallets"):
            return Money("2", "BTC")

    def promise(self) -> None:
        """Say what would arrive if it were sent."""
        with self._change("prepare_withdrawal"):
            pass

    def send(self, key: str, amount: Money, address: str) -> bool:
        """Send money; the same key sends once.

        :return: whether it has arrived, as what was sent before has.
        """
        wanted = (amount.to_text(), str(amount.currency), address)
        with self._change("withdraw_funds") as connection:
            found = connection.execute(
                "SELECT amount, currency, address FROM sent WHERE key = ?", (key,)
            ).fetchone()
            if found is None:
                connection.execute(
                    "INSERT INTO sent VALUES (?, ?, ?, ?)", (key, *wanted)
                )
                return False
            if found != wanted:
                raise BooksDisagree(f"{key}: {found} and {wanted}")
            return True

    def credit(self, key: str, amount: Money) -> Settlement | None:
        """Credit the merchant; the same key credits once. None for "not yet"."""
        wanted = (amount.to_text(), str(amount.currency))
        with self._change("settle_invoice") as connection:
            if connection.execute(_TAKE_FLAG, ("credit",)).rowcount:
                return None
            found = connection.execute(
                "SELECT amount, currency FROM credit WHERE key = ?", (key,)
            ).fetchone()
            if found is None:
                connection.execute(
                    "INSERT INTO credit VALUES (?, ?, ?)", (key, *wanted)
                )
            elif found != wanted:
                raise BooksDisagree(f"{key}: {found} and {wanted}")
        return Settlement(f"credit-{key}", amount, settled_at=self._clock.now())

    def close_account(self, account: int) -> None:
        """Close an account; it may be closed already."""
        with self._change("close_invoice") as connection:
            connection.execute("INSERT INTO closed VALUES (?)", (account,))

    def take_webhook(self, event_id: str) -> None:
        """Hear of an event, as an endpoint of the shop's own."""
        with self._change("take_webhook") as connection:
            connection.execute("INSERT INTO webhook VALUES (?)", (event_id,))

    def take_checkout_webhook(self, event_id: str) -> None:
        """Hear of a checkout, as the address that it was made with."""
        with self._change("take_checkout_webhook") as connection:
            connection.execute("INSERT INTO told VALUES (?)", (event_id,))

    def take_mail(self, mail_id: str) -> None:
        """Take a mail, as the merchant's server; twice if it comes twice."""
        with self._change("take_mail") as connection:
            connection.execute("INSERT INTO mail VALUES (?)", (mail_id,))

    def hear(self, event_id: str) -> None:
        """Take note of an event, as an accounting program that a plugin feeds."""
        with self._change("broadcast") as connection:
            connection.execute("INSERT INTO heard VALUES (?)", (event_id,))

    def pay(self, account: int, amount: Money) -> None:
        """Let the play-money buyer pay once, however often it is asked for."""
        with self._change("simulate_payment"):
            pass
        self.deposit("simulated", account, amount)

    # What buyers, chains and test authors do: no border lies here.

    def deposit(self, external_id: str, account: int, amount: Money) -> None:
        """Let a deposit arrive, once for each id."""
        row = (
            external_id,
            account,
            amount.to_text(),
            str(amount.currency),
            PaymentStatus.CONFIRMED.value,
            self._clock.now().isoformat(),
        )
        with self._open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO deposit VALUES (?, ?, ?, ?, ?, ?)", row
            )

    def reverse(self, external_id: str) -> None:
        """Take a deposit back."""
        with self._open() as connection:
            connection.execute(
                "UPDATE deposit SET status = ? WHERE id = ?",
                (PaymentStatus.REVERSED.value, external_id),
            )

    def plan(self, name: str, *hows: str) -> None:
        """Let the next calls of a name go wrong: refuse, down, lose, or fine."""
        with self._open() as connection:
            connection.executemany(
                "INSERT INTO fault VALUES (?, ?)", [(name, how) for how in hows]
            )

    def take_flag(self, name: str) -> bool:
        """Whether something was planned to go wrong outside of the provider."""
        with self._open() as connection:
            return bool(connection.execute(_TAKE_FLAG, (name,)).rowcount)

    def read(self, table: str) -> list[list[object]]:
        """All rows of a table."""
        with self._open() as connection:
            # The names are constants of tests.
            rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608
            return [list(row) for row in rows]
