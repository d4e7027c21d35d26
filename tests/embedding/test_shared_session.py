"""Flask-SQLAlchemy's session, shared: order and checkout are one, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Boolean, Column, Integer, String
from sqlalchemy.exc import IntegrityError

from checkout_kit import Charge, Checkout, CheckoutKit, LineItem, NotFoundError
from checkout_kit.testing import FakeClock
from tests.embedding.little_shop import LittleShop
from tests.fakes.scripted import Script, scripted_plugin


@dataclass(frozen=True)
class Shop:
    """The shop with its database and its one model."""

    little: LittleShop
    db: SQLAlchemy
    order: Any

    def place_order(self, number: str) -> Checkout:
        """Add an order and its checkout; nothing is committed."""
        order = self.order(number=number)
        self.db.session.add(order)
        made = self.little.kit.create_checkout(
            Charge("USD", [LineItem("Umbrella", "10.00")]),
            reference=number,
            idempotency_key=number,
        )
        order.checkout_id = made.id
        return made

    def orders(self) -> list[tuple[str, bool]]:
        """All orders, as a new session sees them."""
        self.db.session.rollback()
        found = self.db.session.query(self.order).order_by(self.order.id)
        return [(order.number, order.is_paid) for order in found]


@pytest.fixture
def shop(migrated_database_url: str, clock: FakeClock) -> Iterator[Shop]:
    """A shop on the kit's own database."""
    app = Flask("shared")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        SQLALCHEMY_DATABASE_URI=migrated_database_url,
        CHECKOUT_KIT_DATABASE_URL=migrated_database_url,
        CHECKOUT_KIT_PLUGINS={"scripted": {}},
        CHECKOUT_KIT_PUBLIC_URL="https://shop.example",
    )
    db = SQLAlchemy(app)
    script = Script()
    plugins = [("scripted", scripted_plugin(script))]
    kit = CheckoutKit(app, session=db.session, clock=clock, plugins=plugins)

    class Order(db.Model):  # type: ignore[name-defined,misc]
        id = Column(Integer, primary_key=True)
        number = Column(String(20), unique=True, nullable=False)
        checkout_id = Column(String(64))
        is_paid = Column(Boolean, default=False, nullable=False)

    with app.app_context():
        db.create_all()
        kit.init_db()
        yield Shop(LittleShop(app, kit, script, clock), db, Order)
        db.session.remove()
        db.engine.dispose()
    app.extensions["checkout_kit"].database.dispose()


def test_order_and_checkout_are_committed_together(shop: Shop) -> None:
    made = shop.place_order("A1")
    page = shop.little.show(made)
    assert page.status_code == 404, "there is a page for what was not committed"
    shop.db.session.commit()
    assert shop.orders() == [("A1", False)]
    assert shop.little.show(made).status_code == 200


def test_order_and_checkout_are_rolled_back_together(shop: Shop) -> None:
    made = shop.place_order("A1")
    shop.db.session.rollback()
    assert shop.orders() == []
    assert shop.little.show(made).status_code == 404
    with pytest.raises(NotFoundError):
        shop.little.kit.get_checkout(made.id)
    # Its key and its event are gone with it.
    again = shop.place_order("A1")
    shop.db.session.commit()
    assert again.id != made.id
    types = [event.type for event in shop.little.kit.list_events(again.id)]
    assert types == ["checkout.created"]


def test_an_order_that_can_not_be_stored_leaves_no_checkout(shop: Shop) -> None:
    shop.place_order("A1")
    shop.db.session.commit()
    shop.db.session.add(shop.order(number="A1"))
    made = shop.little.kit.create_checkout(
        Charge("USD", [LineItem("Umbrella", "10.00")]), idempotency_key="B1"
    )
    with pytest.raises(IntegrityError):
        shop.db.session.commit()
    shop.db.session.rollback()
    with pytest.raises(NotFoundError):
        shop.little.kit.get_checkout(made.id)
    assert len(shop.little.kit.list_checkouts()) == 1


def test_the_handler_and_its_delivery_are_one(shop: Shop) -> None:
    """A handler that fails half way leaves nothing, and runs again."""
    runs: list[str] = []

    @shop.little.kit.on("checkout.paid")
    def mark_as_paid(event: Any, session: Any) -> None:
        order = session.query(shop.order).filter_by(checkout_id=event.checkout_id).one()
        order.is_paid = True
        session.flush()
        runs.append(order.number)
        if len(runs) == 1:
            raise RuntimeError("the printer is out of paper")

    made = shop.place_order("A1")
    shop.db.session.commit()
    shop.little.pay(made)
    assert shop.orders() == [("A1", False)]
    shop.little.clock.advance(3600)
    shop.little.kit.run_due()
    assert shop.orders() == [("A1", True)]
    shop.little.clock.advance(3600)
    shop.little.kit.run_due()
    assert runs == ["A1", "A1"]
