from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceSnapshot,
    Money,
    NotSupported,
    PaymentStatus,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
    Quote,
)
from checkout_kit.testing import FakeClock, MemoryOperation
from checkout_kit_quoine_pay import QuoinePayPlugin
from checkout_kit_quoine_pay.rates import PRICE_REQUEST_DATA
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_pay.fake_api import (
    make_clock,
    make_settings,
    read_case,
    running_api,
)
from tests.plugins.quoine_pay.shop_side import (
    WEBHOOK_URL,
    invoice_document,
    make_checkout,
    make_plugin,
    make_quote,
    open_invoice,
    taken_in,
)

USD = Currency.parse("USD")
OPEN = {"system_status": "ready", "invoice_status": "payment_awaited"}
UNCONFIRMED = {"system_status": "unconfirmed", "invoice_status": "payment_detected"}
CONFIRMED = {"system_status": "confirmed", "invoice_status": "payment_confirmed"}
CAPTURED = {"system_status": "captured", "invoice_status": "payment_confirmed"}
COMPLETE = {"system_status": "complete", "invoice_status": "payment_confirmed"}
EXPIRED = {"system_status": "expired", "invoice_status": "payment_expired"}
INVALID = {"system_status": "invalid", "invoice_status": "payment_expired"}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        api.put("GET /profile", read_case("get_profile"))
        yield api


@pytest.fixture
def clock() -> FakeClock:
    return make_clock()


@pytest.fixture
def plugin(api: FakeApi, clock: FakeClock) -> Iterator[QuoinePayPlugin]:
    plugin = make_plugin(make_settings(api.url), clock)
    yield plugin
    plugin.close()


def list_of(*invoices: dict[str, Any], pages: int = 1, total: int = 0) -> Any:
    return {
        "invoices": list(invoices),
        "meta": {
            "current_page": 1,
            "next_page": None,
            "prev_page": None,
            "total_pages": pages,
            "total_count": total or len(invoices),
        },
    }


def look(
    api: FakeApi, plugin: QuoinePayPlugin, invoice: Invoice, **changes: Any
) -> InvoiceSnapshot:
    api.put("GET /invoices/1", invoice_document(**changes))
    return plugin.detect_payments([invoice]).snapshots[invoice.id]


# Methods and quotes


def test_bitcoin_is_offered_in_the_accounts_currency(plugin: QuoinePayPlugin) -> None:
    (method,) = plugin.list_payment_methods(USD)
    assert (method.id, method.is_test) == ("quoine_pay:BTC", True)
    assert plugin.list_payment_methods(Currency.parse("JPY")) == ()
    assert plugin.list_payment_methods(Currency.parse("BTC")) == ()


def test_the_profile_is_remembered_for_a_while(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    for seconds in (0, 599, 1):
        clock.advance(seconds)
        plugin.list_payment_methods(USD)
    assert len(api.calls("GET /profile")) == 2


def quotes_of(
    plugin: QuoinePayPlugin, due: str = "50.00", settle: str = "USD"
) -> list[Quote]:
    methods = plugin.list_payment_methods(USD)
    settlement = Currency.parse(settle)
    return list(plugin.quote_price(methods, Money(due, USD), settlement))


def test_a_quote_goes_by_the_newest_invoice(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    older = invoice_document(
        id=2, btc_price=9, created_at="2014-08-08T19:35:12.855+09:00"
    )
    api.put("GET /invoices", list_of(older, invoice_document()))
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.05", "BTC")
    assert not quote.is_firm
    assert quote.covers == Money("50.00", USD)
    assert not api.calls("POST /invoices")
    quotes_of(plugin)
    assert len(api.calls("GET /invoices")) == 1


def test_the_newest_invoice_may_be_on_the_last_page(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    old = invoice_document(created_at="2014-08-01T19:40:12.855+09:00")

    def answer(seen: Seen) -> Any:
        is_last = "page=3" in seen.target
        return list_of(invoice_document() if is_last else old, pages=3, total=3)

    api.put("GET /invoices", answer)
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.05", "BTC")
    assert len(api.calls("GET /invoices")) == 2


@pytest.mark.parametrize(
    "stranger",
    [
        {"created_at": "2014-08-08T19:30:12.855+09:00"},
        {"created_at": "2014-08-08T19:50:12.855+09:00"},
        {"currency": "JPY"},
        {"price": "0.0"},
        {"btc_price": 0},
    ],
)
def test_a_price_is_asked_for_where_no_invoice_tells_it(
    api: FakeApi, plugin: QuoinePayPlugin, stranger: dict[str, Any]
) -> None:
    api.put("GET /invoices", list_of(invoice_document(**stranger)))
    api.put(
        "POST /invoices",
        invoice_document(id=2, price="50.0", btc_price=0.06, data=PRICE_REQUEST_DATA),
    )
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.06", "BTC")
    (asked,) = api.calls("POST /invoices")
    assert asked.data["price"] == "50.00"
    assert asked.data["data"] == PRICE_REQUEST_DATA
    assert "not to be paid" in asked.data["name"]


def test_without_price_requests_there_is_no_quote(
    api: FakeApi, clock: FakeClock
) -> None:
    plugin = make_plugin(make_settings(api.url, price_requests=False), clock)
    api.put("GET /invoices", list_of())
    assert quotes_of(plugin) == []
    assert not api.calls("POST /invoices")


def test_a_settlement_in_another_currency_is_not_quoted(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    assert quotes_of(plugin, settle="EUR") == []
    assert not api.calls("GET /invoices")


def test_what_a_buyer_sends_is_rounded_up(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    api.put("GET /invoices", list_of(invoice_document(price="3.0", btc_price=1)))
    (quote,) = quotes_of(plugin, "1.00")
    assert quote.amount == Money("0.33333334", "BTC")


# Invoices


def create(
    plugin: QuoinePayPlugin, clock: FakeClock, operation: MemoryOperation
) -> Any:
    checkout = make_checkout(clock)
    return plugin.create_invoice(checkout, make_quote(plugin, checkout), operation)


def test_the_invoices_amount_is_the_one_to_pay(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    api.put("POST /invoices", invoice_document(btc_price=0.51))
    operation = MemoryOperation()
    made = create(plugin, clock, operation)
    assert made.reference == "1"
    assert made.amount == Money("0.51", "BTC")
    assert made.instructions.address == "1MutST9LxW4JxNVSjyzBV6bVwi64cD9Zoo"
    assert made.instructions.memo is None
    assert made.expires_at.isoformat() == "2014-08-08T11:10:12.855000+00:00"
    assert "googleapis" not in repr(made)
    (posted,) = api.calls("POST /invoices")
    assert posted.data == {"price": "500.00", "name": "order-42", "data": "invoice:1"}
    assert [step for step, _ in operation.history] == ["attempt", "invoice"]


def test_the_same_key_gives_the_same_invoice(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    api.put("POST /invoices", invoice_document())
    operation = MemoryOperation()
    assert create(plugin, clock, operation) == create(plugin, clock, operation)
    assert len(api.calls("POST /invoices")) == 1


def test_another_currency_is_refused_before_anything_is_made(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    checkout = make_checkout(clock)
    quote = make_quote(plugin, checkout)
    api.put("GET /profile", {**read_case("get_profile"), "currency": "JPY"})
    operation = MemoryOperation()
    with pytest.raises(ProviderRefused, match="not in USD"):
        plugin.create_invoice(checkout, quote, operation)
    assert not api.calls("POST /invoices")
    assert operation.history == []


@pytest.mark.parametrize(
    "changes",
    [
        {"price": "499.0"},
        {"currency": "JPY"},
        {"btc_price": 0},
        {"data": "invoice:2"},
        {"data": None},
        {"system_status": "melted"},
    ],
)
def test_an_answer_about_something_else_is_not_shown(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, changes: dict[str, Any]
) -> None:
    api.put("POST /invoices", invoice_document(**changes))
    with pytest.raises(ProviderProtocolError):
        create(plugin, clock, MemoryOperation())


def lost(api: FakeApi, plugin: QuoinePayPlugin, clock: FakeClock) -> MemoryOperation:
    """An operation whose POST got no answer."""
    api.put("POST /invoices", (500, {}))
    operation = MemoryOperation()
    with pytest.raises(ProviderUnavailable):
        create(plugin, clock, operation)
    return operation


def test_after_a_lost_answer_the_invoice_is_looked_for(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)

    def page(seen: Seen) -> Any:
        if "page=1&" in seen.target:
            answer = list_of(invoice_document(id=5, data="x"), pages=2, total=2)
            answer["meta"]["next_page"] = 2
            return answer
        return list_of(invoice_document(id=4), pages=2, total=2)

    api.put("GET /invoices", page)
    assert create(plugin, clock, operation).reference == "4"
    assert len(api.calls("POST /invoices")) == 1


def test_a_second_invoice_waits_until_the_first_cannot_come_any_more(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of())
    api.put("POST /invoices", invoice_document())
    clock.advance(59)
    with pytest.raises(ProviderUnavailable, match="not known yet"):
        create(plugin, clock, operation)
    clock.advance(1)
    assert create(plugin, clock, operation).reference == "1"
    assert len(api.calls("POST /invoices")) == 2


def test_a_list_that_misses_items_proves_nothing(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(data="x"), total=3))
    clock.advance(3600)
    with pytest.raises(ProviderUnavailable, match="changed while it was read"):
        create(plugin, clock, operation)
    assert len(api.calls("POST /invoices")) == 1


def test_our_own_unreadable_invoice_is_never_made_again(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(btc_price=-1)))
    clock.advance(3600)
    with pytest.raises(ProviderProtocolError, match="our invoice in the list"):
        create(plugin, clock, operation)


def test_of_two_invoices_with_our_key_the_first_is_taken(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(id=9), invoice_document(id=3)))
    assert create(plugin, clock, operation).reference == "3"


# Callback registration


@pytest.mark.parametrize("callback", [None, "", f"{WEBHOOK_URL}/an-older-secret"])
def test_a_missing_or_old_callback_is_set(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, callback: str | None
) -> None:
    profile = read_case("get_profile")
    profile["settings"]["payments_callback"] = callback
    api.put("GET /profile", profile)
    api.put("POST /payments_callback_url", lambda s: {"status": "success", **s.data})
    open_profile = profile
    api.put("POST /invoices", invoice_document())
    create(plugin, clock, MemoryOperation())
    (seen,) = api.calls("POST /payments_callback_url")
    address = seen.data["callback"]
    assert address.startswith(f"{WEBHOOK_URL}/")
    assert len(address) == len(WEBHOOK_URL) + 41
    assert open_profile["settings"]["payments_callback"] == callback


def test_a_failing_callback_costs_nothing(
    api: FakeApi,
    clock: FakeClock,
    plugin: QuoinePayPlugin,
    caplog: pytest.LogCaptureFixture,
) -> None:
    api.put("GET /profile", {**read_case("get_profile"), "settings": None})
    api.put(
        "POST /payments_callback_url",
        lambda seen: (422, {"status": "fail", "message": seen.data["callback"]}),
    )
    api.put("POST /invoices", invoice_document())
    assert create(plugin, clock, MemoryOperation()).reference == "1"
    (line,) = [r.getMessage() for r in caplog.records if "quoine_pay" in r.name]
    assert "could not be set" in line
    # The path's end is a secret.
    assert f"{WEBHOOK_URL}/[redacted]" in line


@pytest.mark.parametrize(
    ("changes", "switch"), [({}, True), ({"settings": None}, False)]
)
def test_a_foreign_callback_and_the_setting_are_respected(
    api: FakeApi, clock: FakeClock, changes: dict[str, Any], switch: bool
) -> None:
    plugin = make_plugin(make_settings(api.url, register_callback=switch), clock)
    api.put("GET /profile", {**read_case("get_profile"), **changes})
    api.put("POST /invoices", invoice_document())
    create(plugin, clock, MemoryOperation())
    assert not api.calls("POST /payments_callback_url")


# Detection


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


# Settlement


@pytest.mark.parametrize("status", [OPEN, UNCONFIRMED, CONFIRMED, EXPIRED, INVALID])
def test_nothing_is_settled_before_it_is_captured(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, status: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**status, btc_balance=0.9))
    assert plugin.settle_invoice(invoice, invoice.covers, ()) is None


@pytest.mark.parametrize("status", [CAPTURED, COMPLETE])
def test_the_quoted_price_is_settled_and_no_more(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, status: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**status, btc_balance=0.9))
    settlement = plugin.settle_invoice(invoice, Money("900.00", USD), ())
    assert settlement is not None
    assert settlement.amount == Money("500.00", USD)
    with pytest.raises(ProviderRefused, match="once"):
        plugin.settle_invoice(invoice, Money("400.00", USD), [settlement])


@pytest.mark.parametrize("changes", [{"price": "900.0"}, {"currency": "JPY"}])
def test_another_price_is_never_settled(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, changes: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**CAPTURED, **changes))
    with pytest.raises(ProviderProtocolError, match="price"):
        plugin.settle_invoice(invoice, invoice.covers, ())


# The rest


def test_the_health_check_says_what_an_operator_needs(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    said = plugin.check_health()
    assert "prices in USD" in said
    assert "approved" in said
    assert "another address" in said
    assert "Demo" not in said


def test_only_the_simulator_pays_by_itself(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "exact")


def test_errors_name_the_plugin(api: FakeApi, clock: FakeClock) -> None:
    plugin = make_plugin(make_settings(api.url), clock)
    api.put("GET /profile", (500, {}))
    with pytest.raises(ProviderError, match="quoine_pay"):
        plugin.check_health()
