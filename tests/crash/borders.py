"""Borders: before and after each commit and each provider call, and a kill at one.

The product has no hook for this: a child process wraps SQLAlchemy's commits, the way
of every unit of work and of the shop's session, and the calls of the provider.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.crash.provider_books import ProviderBooks
from tests.support.source import ROOT

ReturnT = TypeVar("ReturnT")

#: What each commit keeps, by module, function and the commit's place in it.
COMMITS: Mapping[tuple[str, str, int], str] = {
    ("books_shop", "make_order", 0): "create checkout",
    ("books_shop", "resolve", 0): "resolve checkout",
    ("checkouts", "create", 0): "create checkout",
    ("checkouts", "cancel", 0): "cancel checkout",
    ("checkouts", "resolve", 0): "resolve checkout",
    ("checkouts", "_age", 0): "let time pass",
    ("quoting", "_keep", 0): "keep quotes",
    ("invoicing", "_intend", 0): "intend invoice",
    ("operations", "record", 0): "operation.record",
    ("operations", "reserve", 0): "operation.reserve",
    ("operations", "release", 0): "operation.release",
    ("invoicing", "_open", 0): "open invoice",
    ("invoicing", "_fail", 0): "fail invoice",
    ("invoicing", "_postpone", 0): "postpone invoice",
    ("invoicing", "resume_due", 0): "claim invoices to resume",
    ("desk", "_look_again", 0): "make due by page",
    ("desk", "simulate", 0): "make due by test mode",
    ("webhooks", "receive", 0): "take webhook in",
    ("webhooks", "forget_old", 0): "forget webhooks",
    ("detection", "check_checkout", 0): "make due by shop",
    ("detection", "_check", 0): "claim check",
    ("recording", "record", 0): "record report",
    ("detection", "_take_in", 0): "schedule",
    ("detection", "_delay", 0): "leave for a moment",
    ("detection", "_back_off", 0): "back off",
    ("settling", "settle_due", 0): "claim settlements",
    ("settling", "_settle", 0): "stop settlement",
    ("settling", "_settle", 1): "let settlement wait",
    ("settling", "_settle", 2): "start settlement",
    ("settling", "_record", 0): "record settlement",
    ("settling", "_save", 0): "postpone settlement",
    ("withdrawals", "create", 0): "make withdrawal",
    ("withdrawals", "commit", 0): "commit withdrawal",
    ("withdrawing", "send_due", 0): "claim withdrawals",
    ("withdrawing", "_record", 0): "record withdrawal",
    ("withdrawing", "_fail", 0): "fail withdrawal",
    ("withdrawing", "_postpone", 0): "postpone withdrawal",
    ("withdrawing", "expire_due", 0): "give up withdrawal",
    ("delivering", "dispatch", 0): "dispatch event",
    ("delivering", "deliver_due", 0): "claim deliveries",
    ("shop_session", "run", 0): "deliver",
    ("delivering", "_broadcast", 0): "mark broadcast",
    ("delivering", "_postpone", 0): "postpone delivery",
    ("sending", "work_lane", 0): "claim what is sent",
    ("sending", "_send", 0): "record what was sent",
    ("sending", "_rest", 0): "leave a receiver alone",
    ("wiring", "note_breaker", 0): "note breaker",
    ("schema", "upgrade_schema", 0): "upgrade schema",
    ("wiring", "init_db", 0): "identify installation",
}
#: Commits at which nothing can be lost: a lease and a claim let go only save work, a
#: handler on another database than the kit's is promised "at least once", no more,
#: what is forgotten was done with, and whoever gives a command sees how it ended.
WITHOUT_BORDER = frozenset(
    {
        ("wiring", "hold_lease", 0),
        ("shop_session", "_mark", 0),
        # Has an invoice looked at sooner; its turn comes all the same.
        ("desk", "submit_proof", 0),
        # A key is made by hand, and made again if its maker dies.
        ("api_keys", "create", 0),
        ("api_keys", "rotate", 0),
        ("api_keys", "_change", 0),
        # One row each, and whoever asked for it hears whether it was kept.
        ("customers", "save", 0),
        ("customers", "save", 1),
        ("customers", "update", 0),
        ("customers", "delete", 0),
        # Made and ended by hand, and seen by whoever does so.
        ("links", "create", 0),
        ("links", "close", 0),
        # Killed by a test of its own, test_links.py.
        ("links", "open", 0),
        # Killed by a test of its own, test_api_requests.py.
        ("once", "run_together", 0),
        ("once", "run_apart", 0),
        ("once", "run_apart", 1),
        ("once", "_let_go", 0),
        ("once", "prune", 0),
        ("sending", "_release", 0),
        ("sending", "forget_old", 0),
        ("endpoints", "add", 0),
        ("endpoints", "rotate", 0),
        ("endpoints", "enable", 0),
        ("endpoints", "remove", 0),
        ("withdrawal_resolving", "resolve", 0),
        # Done again, it goes on where it was cut off.
        ("resealing", "_renew", 0),
        ("event_log", "redeliver", 0),
        ("event_log", "redeliver_dead", 0),
        ("event_log", "trigger", 0),
    },
)
#: What goes over the network to the provider.
CALLS: Mapping[str, str] = {
    "list_methods": "list_payment_methods",
    "quote": "quote_price",
    "open_account": "create_invoice, first step",
    "make_invoice": "create_invoice, second step",
    "list_deposits": "detect_payments",
    "credit": "settle_invoice",
    "close_account": "close_invoice",
    "list_balances": "list_wallets",
    "promise": "prepare_withdrawal",
    "send": "withdraw_funds",
    "pay": "simulate_payment",
    "hear": "checkout_paid",
    "take_webhook": "webhook to an endpoint",
    "take_checkout_webhook": "webhook of a checkout",
    "take_mail": "mail to the server",
}
_PASSED_BY = ("sqlalchemy.", "contextlib", "checkout_kit.storage.unit_of_work")


def border_names() -> list[str]:
    """Every named border, without its two sides."""
    commits = dict.fromkeys(COMMITS.values())
    return [f"commit: {name}" for name in commits] + [
        f"call: {name}" for name in CALLS.values()
    ]


class Borders:
    """Counts the borders that a process crosses, and ends it at one of them."""

    def __init__(self, kill_at: int | None) -> None:
        self._kill_at = kill_at
        self._lock = threading.Lock()
        self.crossed: list[str] = []

    def install(self) -> None:
        """Wrap commits and provider calls of this process, for good."""
        for owner in (Connection, Session):
            self._wrap(owner, "commit", _name_of_commit)
        for method, call in CALLS.items():
            self._wrap(ProviderBooks, method, _always(f"call: {call}"))

    def _wrap(self, owner: Any, method: str, name_of: Callable[[], str | None]) -> None:
        original = getattr(owner, method)

        def wrapped(*arguments: Any, **options: Any) -> Any:
            name = name_of()
            if name is None:
                return original(*arguments, **options)
            self._cross(f"before {name}")
            result = original(*arguments, **options)
            self._cross(f"after {name}")
            return result

        setattr(owner, method, wrapped)

    def _cross(self, border: str) -> None:
        with self._lock:
            self.crossed.append(border)
            if len(self.crossed) - 1 == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def _always(name: str) -> Callable[[], str]:
    return lambda: name


def _name_of_commit() -> str | None:
    frame = _caller()
    site = (
        frame.f_globals["__name__"].rpartition(".")[2],
        frame.f_code.co_name,
        _place(frame),
    )
    if site in WITHOUT_BORDER:
        return None
    return f"commit: {COMMITS.get(site, site)}"


def _caller() -> FrameType:
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(_PASSED_BY):
            return frame
        frame = frame.f_back
    raise AssertionError("nobody commits")


def _place(frame: FrameType) -> int:
    """Which of its function's commits a frame is at."""
    lines = commit_lines(Path(frame.f_code.co_filename))
    first = frame.f_code.co_firstlineno
    return sum(first <= line < frame.f_lineno for line in lines)


@cache
def commit_lines(path: Path) -> list[int]:
    """The numbers of the lines of a module that commit."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [n for n, line in enumerate(lines, 1) if line.strip().endswith(".commit()")]


def commit_sites() -> set[tuple[str, str, int]]:
    """Every commit in the product's code, by module, function and place."""
    sites = set()
    for path in sorted((ROOT / "checkout_kit").rglob("*.py")):
        if path.parent.name == "testing" or path.name == "unit_of_work.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for line in commit_lines(path):
            around = [
                f for f in functions if f.lineno <= line <= (f.end_lineno or f.lineno)
            ]
            inner = max(around, key=lambda f: f.lineno)
            before = [
                other for other in commit_lines(path) if inner.lineno <= other < line
            ]
            sites.add((path.stem, inner.name, len(before)))
    return sites
