"""Settlement by a second plugin: Quoine Exchange credits what others take in, once.

It takes no payments, so that the scenarios of a payment provider do not apply to it.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit import (
    CheckoutKit,
    Invoice,
    Money,
    PaymentObservation,
    PaymentStatus,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from tests.fakes.scripted import Script, kit_of, scripted_plugin, ten_dollars
from tests.plugins.quoine_exchange.exchange_side import (
    USD_ACCOUNT,
    Exchange,
    running_exchange,
)

# Each scenario makes kits and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow

FUND = f"/accounts/{USD_ACCOUNT}/fund"
TEN = Decimal(10)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    """The simulated exchange."""
    with running_exchange() as exchange:
        yield exchange


class Shop:
    """A shop that is paid through a scripted provider and settled by the exchange."""

    def __init__(self, exchange: Exchange, folder: Path) -> None:
        self.exchange = exchange
        self.database = folder / "kit.db"
        self.script = Script()
        self.kit, self.app = self._open()

    def _open(self) -> tuple[CheckoutKit, Flask]:
        return kit_of(
            f"sqlite:///{self.database}",
            self.exchange.clock,
            {
                "scripted": scripted_plugin(self.script),
                "quoine_exchange": QuoineExchangePlugin,
            },
            config=self.config(),
        )

    def config(self) -> dict[str, Any]:
        """What a second process of the shop is configured by, too."""
        return {
            "CHECKOUT_KIT_PLUGINS": {
                "scripted": {},
                "quoine_exchange": self.exchange.settings(),
            },
            "CHECKOUT_KIT_SETTLEMENT": "quoine_exchange",
        }

    def other_process(self) -> CheckoutKit:
        """The same shop in a process of its own: it shares the database alone."""
        return self._open()[0]

    def pay(self) -> Invoice:
        """Let a buyer pay ten dollars."""
        made = self.kit.create_checkout(ten_dollars())
        invoice = self.kit.commit_checkout(made.id, "scripted:BTC")
        self.script.payments[invoice.id] = [
            PaymentObservation(
                "d-" + invoice.id, invoice.amount, PaymentStatus.CONFIRMED
            )
        ]
        self.kit.check_checkout(made.id)
        return invoice

    def reverse(self, invoice: Invoice) -> None:
        """Take the buyer's payment back."""
        external_id = f"d-{invoice.id}"
        self.script.payments[invoice.id] = [
            PaymentObservation(external_id, invoice.amount, PaymentStatus.REVERSED)
        ]
        self.kit.check_checkout(invoice.checkout_id)

    def order(self, invoice: Invoice) -> SettlementOrder:
        """The invoice's one settlement."""
        (order,) = self.kit.list_settlements(invoice.checkout_id)
        return order

    def work(self, seconds: float = 0, kit: CheckoutKit | None = None) -> None:
        """Let time pass and do what is due."""
        self.exchange.clock.advance(seconds)
        (kit or self.kit).run_due()

    def forget_claims(self) -> None:
        """As if the claims of a dead process had run out."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("UPDATE checkout_kit_settlement SET claim_until = 0")
            connection.commit()


@pytest.fixture
def shop(exchange: Exchange, tmp_path: Path) -> Iterator[Shop]:
    """A shop, and its app's context."""
    shop = Shop(exchange, tmp_path)
    with shop.app.app_context():
        yield shop
    shop.kit.close()


def test_what_another_provider_took_in_is_credited_once(
    shop: Shop, exchange: Exchange
) -> None:
    invoice = shop.pay()
    for _ in range(5):
        shop.work(3600)
    order = shop.order(invoice)
    assert order.status is SettlementStatus.DONE
    assert order.plugin == "quoine_exchange"
    assert order.result is not None
    assert order.result.amount == Money("10.00", "USD")
    assert order.result.reference == f"settle-{invoice.id}-1"
    assert exchange.moved() == [TEN]
    # The provider itself was never asked to settle.
    assert "settle_invoice" not in shop.script.calls
    events = shop.kit.list_events(invoice.checkout_id)
    assert [e.type for e in events].count("invoice.settled") == 1


@pytest.mark.parametrize("mode", ["drop", "truncated", "500", "503_access", "429"])
def test_a_lost_answer_is_settled_once_by_the_kit(
    shop: Shop, exchange: Exchange, mode: str
) -> None:
    exchange.fail(mode, FUND)
    invoice = shop.pay()
    shop.work()
    for _ in range(6):
        shop.work(60)
    assert shop.order(invoice).status is SettlementStatus.DONE
    assert exchange.moved() == [TEN]


def test_an_open_outcome_stays_open_until_the_balance_tells(
    shop: Shop, exchange: Exchange
) -> None:
    exchange.fail("drop", FUND)
    invoice = shop.pay()
    shop.work()
    assert shop.order(invoice).status is SettlementStatus.UNKNOWN
    # A reversal does not stop what was sent.
    shop.reverse(invoice)
    for _ in range(6):
        shop.work(60)
    assert shop.order(invoice).status is SettlementStatus.DONE
    assert exchange.moved() == [TEN]


def test_whoever_waits_for_the_account_can_still_be_stopped(
    shop: Shop, exchange: Exchange
) -> None:
    exchange.fail("drop", FUND)
    first = shop.pay()
    shop.work()
    second = shop.pay()
    shop.work()
    waiting = shop.order(second)
    assert waiting.status is SettlementStatus.INTENDED
    assert waiting.problem is not None
    assert f"settle:{first.id}:1" in waiting.problem
    shop.reverse(second)
    for _ in range(8):
        shop.work(60)
    assert shop.order(first).status is SettlementStatus.DONE
    assert shop.order(second).status is SettlementStatus.STOPPED
    assert exchange.moved() == [TEN]


def test_an_operators_case_fails_loudly_and_lets_the_next_one_pass(
    shop: Shop, exchange: Exchange
) -> None:
    exchange.fail("drop", FUND)
    first = shop.pay()
    shop.work()
    exchange.parts.books.adjust(USD_ACCOUNT, Decimal("0.01"))
    second = shop.pay()
    for _ in range(8):
        shop.work(60)
    failed = shop.order(first)
    assert failed.status is SettlementStatus.FAILED
    assert failed.problem is not None and "by hand" in failed.problem
    assert "210.01" in failed.problem
    assert shop.order(second).status is SettlementStatus.DONE
    assert exchange.moved() == [TEN, TEN]


def test_credentials_that_are_put_right_settle_everything(
    shop: Shop, exchange: Exchange
) -> None:
    right = exchange.parts._vendor_secret
    exchange.parts._vendor_secret = "changed"
    invoice = shop.pay()
    shop.work()
    assert shop.order(invoice).status is SettlementStatus.UNKNOWN
    exchange.parts._vendor_secret = right
    shop.work(60)
    assert shop.order(invoice).status is SettlementStatus.DONE
    assert exchange.moved() == [TEN]


def test_two_processes_fund_one_account_exactly(shop: Shop, exchange: Exchange) -> None:
    """Everything at once, with answers lost all along: it adds up to the cent."""
    invoices = [shop.pay() for _ in range(6)]
    kits = [shop.kit, shop.other_process(), shop.other_process()]
    for mode in ("drop", "500", "truncated", "503_internal"):
        exchange.fail(mode, FUND)
    for _ in range(30):
        gate = threading.Barrier(len(kits))

        def work(kit: CheckoutKit, gate: threading.Barrier = gate) -> None:
            gate.wait()
            kit.run_due()

        threads = [threading.Thread(target=work, args=(kit,)) for kit in kits]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        orders = [shop.order(invoice) for invoice in invoices]
        if all(order.status is SettlementStatus.DONE for order in orders):
            break
        exchange.clock.advance(61)
    assert {order.status for order in orders} == {SettlementStatus.DONE}
    assert exchange.moved() == [TEN] * 6
    assert exchange.balance() == Decimal(260)
    for kit in kits[1:]:
        kit.close()


_CHILD = """
import json, sys
from datetime import datetime
from flask import Flask
from checkout_kit import CheckoutKit
from checkout_kit.testing import FakeClock

told = json.load(sys.stdin)
app = Flask("child")
app.config.update(TESTING=True, SECRET_KEY="not a secret", **told["config"])
kit = CheckoutKit(app, clock=FakeClock(datetime.fromisoformat(told["now"])))
with app.app_context():
    kit.run_due()
"""


@pytest.mark.parametrize("acted", [True, False])
def test_a_process_that_is_killed_in_the_call_funds_once(
    shop: Shop, exchange: Exchange, acted: bool
) -> None:
    """SIGKILL between the request and its answer, before or after it acted."""
    invoice = shop.pay()
    # "late" acts and answers late, "slow" waits before it acts.
    exchange.fail("late" if acted else "slow", FUND)
    config = {
        "CHECKOUT_KIT_DATABASE_URL": f"sqlite:///{shop.database}",
        "CHECKOUT_KIT_PLUGINS": {"quoine_exchange": exchange.settings()},
        "CHECKOUT_KIT_SETTLEMENT": "quoine_exchange",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    json.dump({"config": config, "now": exchange.clock.now().isoformat()}, child.stdin)
    child.stdin.close()
    # The request is under way once its fault was used up.
    _until(lambda: not exchange.parts.faults.to_json(), child)
    if acted:
        _until(lambda: exchange.moved() == [TEN], child)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    shop.forget_claims()
    shop.work()
    assert shop.order(invoice).status is not SettlementStatus.DONE
    # The slow request acts at last: its sender is gone, the exchange is not.
    _until(lambda: exchange.moved() == [TEN])
    for _ in range(4):
        shop.work(60)
    order = shop.order(invoice)
    assert order.status is SettlementStatus.DONE
    assert order.result is not None
    assert order.result.details["proof"] == "balance"
    assert exchange.moved() == [TEN]


def _until(
    condition: Callable[[], bool], child: subprocess.Popen[str] | None = None
) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        assert child is None or child.poll() is None, "the child ended by itself"
        time.sleep(0.01)
