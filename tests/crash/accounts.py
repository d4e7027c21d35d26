"""Accounts: what the shop, the kit and the provider each say in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, text

from checkout_kit.storage import tables
from tests.crash.books_shop import BooksShop


@dataclass(frozen=True, slots=True)
class Accounts:
    """What is left after a story; made in the child, judged in the test."""

    orders: list[list[int]]
    state: str
    is_paid: bool
    confirmed_credit: str
    invoices: list[list[str]]
    payments: list[list[str]]
    settlements: list[list[str]]
    withdrawals: list[list[str]]
    events: dict[str, int]
    undispatched: int
    without_delivery: list[str]
    deliveries: dict[str, int]
    unmatched: int
    made: list[list[Any]]
    credited: list[list[Any]]
    sent: list[list[Any]]
    heard: list[list[Any]]
    closed: list[list[Any]]
    not_told: list[str]
    told: list[list[Any]]
    mails: list[list[Any]]
    calls: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """For the way to the test."""
        return asdict(self)


def read_accounts(shop: BooksShop) -> Accounts:
    """Read everything that must not be lost or doubled."""
    with shop.app.app_context():
        session: Any = shop.db.session
        orders = session.execute(select(shop.order_class)).scalars().all()
        rows = [[o.id, o.times_paid, o.times_settled] for o in orders]
        checkout_id = orders[0].checkout_id if orders else ""
        checkout = shop.kit.get_checkout(checkout_id)
    with shop.services.database.transaction(write=False) as connection:

        def read(statement: str) -> list[list[str]]:
            found = connection.execute(text(statement))
            return [[str(value) for value in row] for row in found]

        events = connection.execute(select(tables.event)).all()
        deliveries = connection.execute(select(tables.delivery)).all()
        invoices = read(
            "SELECT id, status, operation_key FROM checkout_kit_invoice ORDER BY id"
        )
        payments = read(
            "SELECT external_id, amount, status FROM checkout_kit_payment ORDER BY 1"
        )
        settlements = read(
            "SELECT sequence, amount, status FROM checkout_kit_settlement ORDER BY 1"
        )
        withdrawals = read(
            "SELECT 'withdraw:' || id, state, idempotency_key "
            "FROM checkout_kit_withdrawal ORDER BY created_at"
        )
        unmatched = len(read("SELECT 1 FROM checkout_kit_unmatched"))
    subscribers = shop.services.delivering
    got = {(row.event_sequence, row.subscriber) for row in deliveries}
    return Accounts(
        orders=rows,
        state=checkout.state.value,
        is_paid=checkout.is_paid,
        confirmed_credit=str(checkout.status.confirmed_credit),
        invoices=invoices,
        payments=payments,
        settlements=settlements,
        withdrawals=withdrawals,
        events=dict(Counter(row.type for row in events)),
        undispatched=sum(not row.is_dispatched for row in events),
        without_delivery=[
            f"{row.type} to {name}"
            for row in events
            for name in subscribers._subscribers(row.type)
            if (row.sequence, name) not in got
        ],
        deliveries=dict(Counter(row.status for row in deliveries)),
        unmatched=unmatched,
        made=shop.books.read("invoice"),
        credited=shop.books.read("credit"),
        sent=shop.books.read("sent"),
        heard=shop.books.read("heard"),
        closed=shop.books.read("closed"),
        not_told=sorted(
            {row.id for row in events} - {row[0] for row in shop.books.read("webhook")}
        ),
        told=shop.books.read("told"),
        mails=shop.books.read("mail"),
        calls=dict(Counter(str(row[0]) for row in shop.books.read("call"))),
    )
