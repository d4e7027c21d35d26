"""The handlers of the kit's events: an order turns paid once."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from checkout_kit import Event
from example_shop.database import db
from example_shop.order import Order
from example_shop.payments import (
    flag_doubts,
    flag_reversed,
    kit,
    mark_cancelled,
    mark_expired,
    mark_paid,
)
from example_shop.stock import Stock, read_stock
from tests.example_shop.shopper import Shopper

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def event_of(order: Order, type: str = "checkout.paid", **data: Any) -> Event:
    return Event(
        id="e1",
        sequence=1,
        store_id="default",
        checkout_id=order.checkout_id,
        type=type,
        created_at=NOW,
        data={"reference": order.reference, "state": "COMPLETED", **data},
    )


def test_order_turns_paid_and_takes_the_stock(order: Order) -> None:
    before = read_stock(db.session())
    mark_paid(event_of(order), db.session())
    db.session.commit()
    after = read_stock(db.session())
    assert (order.status, order.paid_at, order.paid_count) == ("paid", NOW, 1)
    assert before["tide-mug"] - after["tide-mug"] == 2
    assert before["dune-bowl"] - after["dune-bowl"] == 1


def test_order_turns_paid_once_however_often_it_is_told(order: Order) -> None:
    before = read_stock(db.session())["tide-mug"]
    for _ in range(3):
        mark_paid(event_of(order), db.session())
        db.session.commit()
    assert order.paid_count == 1
    assert before - read_stock(db.session())["tide-mug"] == 2


def test_handler_leaves_the_commit_to_the_kit(order: Order) -> None:
    mark_paid(event_of(order), db.session())
    db.session.rollback()
    assert order.status == "pending"


@pytest.mark.parametrize("close", [mark_expired, mark_cancelled])
def test_closed_order_is_still_paid_by_late_money(order: Order, close: Any) -> None:
    close(event_of(order), db.session())
    assert order.status in ("expired", "cancelled")
    mark_paid(event_of(order), db.session())
    assert order.status == "paid"


@pytest.mark.parametrize("close", [mark_expired, mark_cancelled])
def test_paid_order_stays_paid(order: Order, close: Any) -> None:
    mark_paid(event_of(order), db.session())
    close(event_of(order), db.session())
    assert order.status == "paid"


def test_reversed_payment_asks_for_a_person(order: Order) -> None:
    mark_paid(event_of(order), db.session())
    flag_reversed(event_of(order, "checkout.reversed"), db.session())
    assert (order.status, order.needs_review) == ("paid", True)
    assert order.review_note == "payment was reversed"


@pytest.mark.parametrize(
    ("state", "note"),
    [
        ("COMPLETED", ""),
        ("IN_PROGRESS", ""),
        ("UNRESOLVED_UNDERPAID", ""),
        ("UNRESOLVED_OVERPAID", "paid too much"),
        ("DELAYED_COMPLETED", "paid late"),
        ("DELAYED_OVERPAID", "paid late and too much"),
    ],
)
def test_doubts_are_noted_once(order: Order, state: str, note: str) -> None:
    for _ in range(2):
        flag_doubts(event_of(order, "checkout.updated", state=state), db.session())
    assert (order.review_note, order.needs_review) == (note, bool(note))


def test_checkout_of_another_order_with_our_reference_pays_nothing(
    order: Order,
) -> None:
    event = event_of(order)
    other = Event(
        id=event.id,
        sequence=event.sequence,
        store_id=event.store_id,
        checkout_id="f" * 32,
        type=event.type,
        created_at=event.created_at,
        data=event.data,
    )
    mark_paid(other, db.session())
    assert order.status == "pending"


def test_too_little_stock_asks_for_a_person(order: Order) -> None:
    db.session.execute(
        update(Stock).where(Stock.slug == "tide-mug").values(available=1)
    )
    mark_paid(event_of(order), db.session())
    assert order.status == "paid"
    assert "not enough Tide Mug" in order.review_note
    assert read_stock(db.session())["tide-mug"] == 0


def test_paid_order_empties_its_cart(
    app: Flask, shopper: Shopper, order: Order
) -> None:
    mark_paid(event_of(order), db.session())
    db.session.commit()
    assert "Paid. Thank you!" in shopper.get(f"/orders/{order.reference}")
    assert "There is nothing in it yet" in shopper.get("/cart")


def test_paid_order_leaves_a_newer_cart_alone(shopper: Shopper, order: Order) -> None:
    shopper.put_into_cart("fern-planter")
    mark_paid(event_of(order), db.session())
    db.session.commit()
    shopper.get(f"/orders/{order.reference}")
    assert "Fern Planter" in shopper.get("/cart")


def test_same_cart_after_payment_is_a_new_order(shopper: Shopper, order: Order) -> None:
    mark_paid(event_of(order), db.session())
    db.session.commit()
    shopper.pay()
    assert len(db.session.scalars(select(Order)).all()) == 2


def test_event_reaches_its_handler_through_the_kit(
    shopper: Shopper, order: Order
) -> None:
    kit.cancel_checkout(order.checkout_id or "")
    db.session.commit()
    kit.run_due()
    db.session.refresh(order)
    assert order.status == "cancelled"
    assert "Order cancelled" in shopper.get(f"/orders/{order.reference}")
    assert "Tide Mug" in shopper.get("/cart")
    shopper.pay()
    assert len(db.session.scalars(select(Order)).all()) == 2
