"""Delivering events: to handlers and plugins, exactly or at least once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Mapped, mapped_column

from checkout_kit import (
    CheckoutKit,
    Event,
    InputError,
    PaymentObservation,
    PaymentStatus,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit, ten_dollars


class Shop:
    """A shop with orders of its own, on the kit's database or another one."""

    def __init__(self, kit_url: str, shop_url: str, clock: FakeClock) -> None:
        self.script = Script()
        self.db = SQLAlchemy()
        self.kit, self.app = scripted_kit(
            kit_url, clock, self.script, session=self.db.session
        )
        self.app.config["SQLALCHEMY_DATABASE_URI"] = shop_url
        self.db.init_app(self.app)

        class Order(self.db.Model):  # type: ignore[name-defined, misc]
            id: Mapped[int] = mapped_column(primary_key=True)
            times_paid: Mapped[int] = mapped_column(default=0)

        self.order_class: Any = Order
        with self.app.app_context():
            self.db.create_all()

    def order(self) -> str:
        """Make an order and its checkout in one transaction."""
        with self.app.app_context():
            self.db.session.add(self.order_class(id=1, times_paid=0))
            made = self.kit.create_checkout(ten_dollars(), reference="1")
            self.db.session.commit()
            return made.id

    def pay(self, checkout_id: str) -> None:
        """Pay the checkout exactly."""
        with self.app.app_context():
            invoice = self.kit.commit_checkout(checkout_id, "scripted:BTC")
            self.script.payments[invoice.id] = [
                PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
            ]
            self.kit.check_checkout(checkout_id)

    @property
    def times_paid(self) -> int:
        """How often the order was marked as paid."""
        with self.app.app_context():
            order: Any = self.db.session.get(self.order_class, 1)
            found: int = order.times_paid
            return found

    def pay_the_order(self, event: Event, session: Any) -> None:
        """A shop's handler."""
        order = session.get(self.order_class, int(event.data["reference"]))
        order.times_paid += 1

    def close(self) -> None:
        """Let go of the databases."""
        with self.app.app_context():
            self.db.session.remove()
            self.db.engine.dispose()
        self.app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def shop(migrated_database_url: str, clock: FakeClock) -> Any:
    """A shop on the kit's own database."""
    made = Shop(migrated_database_url, migrated_database_url, clock)
    yield made
    made.close()


def test_order_and_checkout_are_committed_together(shop: Shop) -> None:
    with shop.app.app_context():
        shop.db.session.add(shop.order_class(id=1))
        made = shop.kit.create_checkout(ten_dollars())
        shop.db.session.rollback()
        assert made.id not in [found.id for found in shop.kit.list_checkouts()]
    committed = shop.order()
    with shop.app.app_context():
        assert [found.id for found in shop.kit.list_checkouts()] == [committed]


def test_a_shared_order_turns_paid_exactly_once(shop: Shop) -> None:
    shop.kit.on("checkout.paid")(shop.pay_the_order)
    shop.pay(shop.order())
    for _ in range(3):
        shop.kit.run_due()
    assert shop.times_paid == 1


def test_a_crash_after_the_handler_does_nothing_twice(
    shop: Shop, clock: FakeClock
) -> None:
    """The handler's work and its mark are lost or kept together."""
    crashes = [True]

    def crashing(event: Event, session: Any) -> None:
        shop.pay_the_order(event, session)
        session.flush()
        if crashes.pop() if crashes else False:
            raise RuntimeError("the process dies here")

    shop.kit.on("checkout.paid")(crashing)
    shop.pay(shop.order())
    shop.kit.run_due()
    assert shop.times_paid == 0
    clock.advance(30)
    shop.kit.run_due()
    shop.kit.run_due()
    assert shop.times_paid == 1


def test_a_handler_that_commits_is_named(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    def committing(event: Event, session: Any) -> None:
        shop.pay_the_order(event, session)
        session.commit()

    shop.kit.on("checkout.paid")(committing)
    shop.pay(shop.order())
    shop.kit.run_due()
    assert "HandlerCommitted" in caplog.text
    assert "committing" in caplog.text


def test_a_failing_handler_keeps_no_other_from_its_event(shop: Shop) -> None:
    def failing(event: Event, session: Any) -> None:
        raise RuntimeError("broken")

    shop.kit.on("checkout.paid")(failing)
    shop.kit.on("checkout.paid")(shop.pay_the_order)
    shop.pay(shop.order())
    shop.kit.run_due()
    assert shop.times_paid == 1


def test_verify_return_delivers_first(shop: Shop) -> None:
    from checkout_kit.web.signatures import sign_return

    shop.kit.on("checkout.paid")(shop.pay_the_order)
    checkout_id = shop.order()
    shop.pay(checkout_id)
    url = sign_return(shop.app, checkout_id, "https://shop.example/back")
    with shop.app.test_request_context(url):
        from flask import request

        assert shop.kit.verify_return(request.args).is_paid
    assert shop.times_paid == 1


def test_another_database_is_noticed(
    migrated_database_url: str, clock: FakeClock, tmp_path: Any
) -> None:
    shop = Shop(migrated_database_url, f"sqlite:///{tmp_path / 'shop.db'}", clock)
    shop.kit.on("checkout.paid")(shop.pay_the_order)
    with shop.app.app_context():
        shop.db.session.add(shop.order_class(id=1))
        made = shop.kit.create_checkout(ten_dollars(), reference="1")
        # The kit committed its own: the shop's rollback can't take it back.
        shop.db.session.rollback()
        shop.db.session.add(shop.order_class(id=1))
        shop.db.session.commit()
    shop.pay(made.id)
    shop.kit.run_due()
    assert shop.times_paid == 1
    assert not shop.app.extensions["checkout_kit"].session.is_shared
    shop.close()


def test_without_a_session_the_handler_gets_none(kit: CheckoutKit) -> None:
    heard = []

    @kit.on("checkout.created")
    def hear(event: Event, session: Any) -> None:
        heard.append((event.checkout_id, session))

    made = kit.create_checkout(ten_dollars())
    kit.run_due()
    kit.run_due()
    assert heard == [(made.id, None)]


@pytest.mark.slow
def test_a_delivery_is_given_up_after_two_days(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    tries = []

    @kit.on("checkout.created")
    def failing(event: Event, session: Any) -> None:
        tries.append(clock.now())
        raise RuntimeError("broken")

    kit.create_checkout(ten_dollars())
    for _ in range(100):
        kit.run_due()
        clock.advance(3600)
    assert 10 < len(tries) <= 50


def test_an_unknown_event_type_is_refused(kit: CheckoutKit) -> None:
    with pytest.raises(InputError):
        kit.on("checkout.payed")


def test_events_of_one_checkout_come_in_order(kit: CheckoutKit, script: Script) -> None:
    heard = []

    @kit.on("checkout.updated")
    def hear(event: Event, session: Any) -> None:
        heard.append(event.data["state"])

    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    for status in (PaymentStatus.DETECTED, PaymentStatus.CONFIRMED):
        script.payments[invoice.id] = [PaymentObservation("d1", invoice.amount, status)]
        kit.check_checkout(made.id)
    kit.run_due()
    assert heard == ["IN_PROGRESS", "COMPLETED"]


def test_each_kit_has_its_own_app(migrated_database_url: str, clock: FakeClock) -> None:
    """One object may serve several apps; calls belong to the current one."""
    kit, app = scripted_kit(migrated_database_url, clock, Script())
    other = Flask("other")
    other.config.update(app.config)
    kit.init_app(other)
    with pytest.raises(RuntimeError, match="app context"):
        kit.list_checkouts()
    with other.app_context():
        assert kit.list_checkouts() == []
    for each in (app, other):
        each.extensions["checkout_kit"].database.dispose()
