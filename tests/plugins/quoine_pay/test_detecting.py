"""Payments: how sure a balance is, and at how many calls it is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    Invoice,
    InvoiceSnapshot,
    Money,
    PaymentStatus,
    ProviderProtocolError,
    ProviderUnavailable,
)
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_pay.fake_api import (
    CAPTURED,
    COMPLETE,
    CONFIRMED,
    EXPIRED,
    INVALID,
    OPEN,
    UNCONFIRMED,
    list_of,
)
from tests.plugins.quoine_pay.shop_side import invoice_document, open_invoice, taken_in


def look(
    api: FakeApi, plugin: QuoinePayPlugin, invoice: Invoice, **changes: Any
) -> InvoiceSnapshot:
    api.put("GET /invoices/1", invoice_document(**changes))
    return plugin.detect_payments([invoice]).snapshots[invoice.id]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (OPEN | {"btc_balance": 0}, None),
        (OPEN | {"btc_balance": 0.2}, ("0.2", PaymentStatus.DETECTED)),
        (OPEN | {"btc_balance": 0.5}, ("0.5", PaymentStatus.DETECTED)),
        (UNCONFIRMED | {"btc_balance": 0.5}, ("0.5", PaymentStatus.DETECTED)),
        (CONFIRMED | {"btc_balance": 0.5}, ("0.5", PaymentStatus.CONFIRMED)),
        (CONFIRMED | {"btc_balance": 0.7}, ("0.7", PaymentStatus.CONFIRMED)),
        # Full payment, says the document; no more is counted than is there.
        (CONFIRMED | {"btc_balance": 0.3}, ("0.3", PaymentStatus.CONFIRMED)),
        (CAPTURED | {"btc_balance": 0.5}, ("0.5", PaymentStatus.CONFIRMED)),
        # Sold: the fiat money is there.
        (CAPTURED | {"btc_balance": 0}, ("0.5", PaymentStatus.CONFIRMED)),
        (COMPLETE | {"btc_balance": 0.6}, ("0.6", PaymentStatus.CONFIRMED)),
        (EXPIRED | {"btc_balance": 0}, None),
        (EXPIRED | {"btc_balance": 0.5}, ("0.5", PaymentStatus.DETECTED)),
        (INVALID | {"btc_balance": 0}, None),
        (INVALID | {"btc_balance": 0.5}, ("0.5", PaymentStatus.REVERSED)),
        # The two words differ: the less sure one counts.
        (
            CONFIRMED | {"invoice_status": "payment_detected", "btc_balance": 0.5},
            ("0.5", PaymentStatus.DETECTED),
        ),
        (OPEN | {"invoice_status": "paid", "btc_balance": 0.5}, ("0.5", "DETECTED")),
        (
            CAPTURED | {"invoice_status": "unpaid", "btc_balance": 0.5},
            ("0.5", PaymentStatus.DETECTED),
        ),
    ],
)
def test_how_sure_a_balance_is(
    api: FakeApi,
    clock: FakeClock,
    plugin: QuoinePayPlugin,
    changes: dict[str, Any],
    expected: tuple[str, str] | None,
) -> None:
    invoice = open_invoice(api, plugin, clock)
    snapshot = look(api, plugin, invoice, **changes)
    found = [(p.amount.to_text(), p.status) for p in snapshot.payments]
    assert found == ([expected] if expected else [])
    assert all(p.external_id == "1" for p in snapshot.payments)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [(OPEN, False), (UNCONFIRMED, True), (EXPIRED, False), (INVALID, False)],
)
def test_a_payment_without_a_balance_is_only_seen(
    api: FakeApi,
    clock: FakeClock,
    plugin: QuoinePayPlugin,
    changes: dict[str, Any],
    seen: bool,
) -> None:
    invoice = open_invoice(api, plugin, clock)
    snapshot = look(api, plugin, invoice, **changes)
    assert (snapshot.payments, snapshot.seen) == ((), seen)


@pytest.mark.parametrize("status", [OPEN, EXPIRED])
def test_a_part_payment_counts_after_it_has_stood(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, status: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    changes = {**status, "btc_balance": 0.2}
    found = []
    for minutes in (0, 179, 1):
        clock.advance(minutes * 60)
        snapshot = look(api, plugin, invoice, **changes)
        invoice = taken_in(clock, invoice, snapshot)
        found.append(snapshot.payments[0].status.value)
    assert found == ["DETECTED", "DETECTED", "CONFIRMED"]


def test_a_growing_part_payment_starts_its_time_anew(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    invoice = taken_in(
        clock, invoice, look(api, plugin, invoice, **OPEN, btc_balance=0.2)
    )
    clock.advance(3 * 3600)
    (payment,) = look(api, plugin, invoice, **OPEN, btc_balance=0.3).payments
    assert payment.status is PaymentStatus.DETECTED


def test_a_full_balance_waits_for_its_own_status(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    for _ in range(2):
        snapshot = look(api, plugin, invoice, **OPEN, btc_balance=0.5)
        invoice = taken_in(clock, invoice, snapshot)
        clock.advance(24 * 3600)
        assert snapshot.payments[0].status is PaymentStatus.DETECTED


@pytest.mark.parametrize("after", [OPEN, EXPIRED, INVALID])
def test_confirmed_money_that_goes_is_reversed(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, after: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    snapshot = look(api, plugin, invoice, **CONFIRMED, btc_balance=0.5)
    invoice = taken_in(clock, invoice, snapshot)
    (payment,) = look(api, plugin, invoice, **after).payments
    assert payment.status is PaymentStatus.REVERSED
    assert payment.amount == Money("0.5", "BTC")


def test_the_time_of_payment_is_the_providers(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    paid_at = "2014-08-08T19:50:12.855+09:00"
    snapshot = look(api, plugin, invoice, **CONFIRMED, btc_balance=0.5, paid_at=paid_at)
    received_at = snapshot.payments[0].received_at
    assert received_at is not None
    assert received_at - clock.now() < timedelta(minutes=10)


def test_one_failing_invoice_leaves_out_only_itself(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    first, second = (open_invoice(api, plugin, clock, n) for n in (1, 2))
    api.put("GET /invoices/2", invoice_document(id=2, data="invoice:2"))
    report = plugin.detect_payments([first, second])
    assert set(report.snapshots) == {second.id}


def test_an_outage_ends_the_batch_early(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoices = [open_invoice(api, plugin, clock, n) for n in (1, 2, 3)]
    for number in (1, 2, 3):
        api.put(f"GET /invoices/{number}", (500, {}))
    with pytest.raises(ProviderUnavailable):
        plugin.detect_payments(invoices)
    assert not api.calls("GET /invoices/3")


def test_many_invoices_cost_one_call(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    numbers = range(1, 21)
    invoices = [open_invoice(api, plugin, clock, n) for n in numbers]
    documents = [invoice_document(id=n, data=f"invoice:{n}") for n in numbers]
    api.put("GET /invoices", list_of(*documents))
    api.seen.clear()
    assert len(plugin.detect_payments(invoices).snapshots) == 20
    assert len(api.seen) == 1


def test_pages_are_read_from_the_end_that_shows_ours(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoices = [open_invoice(api, plugin, clock, n) for n in range(11, 17)]

    def page(seen: Seen) -> Any:
        number = int(seen.target.partition("page=")[2].partition("&")[0])
        first = (number - 1) * 4 + 1
        documents = [
            invoice_document(id=n, data=f"invoice:{n}") for n in range(first, first + 4)
        ]
        return list_of(*documents, pages=4, total=16)

    api.put("GET /invoices", page)
    api.seen.clear()
    assert len(plugin.detect_payments(invoices).snapshots) == 6
    assert len(api.seen) == 3


def test_an_invoice_whose_reference_is_no_id_is_left_out(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    with pytest.raises(ProviderProtocolError):
        plugin.detect_payments([replace(invoice, reference="../profile")])
