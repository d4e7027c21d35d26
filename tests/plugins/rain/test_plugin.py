"""The plugin's hooks, against scripted answers where the simulator is too kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import Invoice, InvoiceSnapshot
from checkout_kit.domain.money import Money
from checkout_kit.errors import (
    NotSupported,
    ProviderProtocolError,
    ProviderUnavailable,
    QuoteExpired,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_rain import RainPlugin
from checkout_kit_rain.fees import BTC, USD
from tests.plugins.rain.fake_api import (
    ACCOUNT_ID,
    ADDRESS,
    FakeApi,
    Ticker,
    account,
    make_plugin,
    payment_of,
    quote_of,
    read_case,
    running_api,
    sale,
    to_invoice,
)

OTHER_ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("GET /prices/BTCUSD", read_case("get_prices_one"))
        fake.put("POST /accounts", account())
        yield fake


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture
def plugin(api: FakeApi, clock: Ticker) -> RainPlugin:
    return make_plugin(api, clock)


@pytest.fixture
def invoice(plugin: RainPlugin, clock: Ticker) -> Invoice:
    quote = quote_of(plugin)
    return to_invoice(clock, quote, plugin.create_invoice(quote, MemoryOperation()))


def look(plugin: RainPlugin, invoice: Invoice) -> InvoiceSnapshot:
    return plugin.detect_payments([invoice]).snapshots[invoice.id]


def told(snapshot: InvoiceSnapshot) -> list[tuple[str, str, str]]:
    return [
        (p.external_id, p.amount.to_text(), p.status.value) for p in snapshot.payments
    ]


def test_only_dollars_are_offered(api: FakeApi, plugin: RainPlugin) -> None:
    euro = Currency.parse("EUR")
    assert plugin.list_payment_methods(euro) == ()
    methods = plugin.list_payment_methods(USD)
    assert [method.id for method in methods] == ["rain:BTC"]
    assert plugin.quote_price(methods, Money(5, euro), USD) == ()
    assert plugin.quote_price(methods, Money(5, USD), euro) == ()
    assert api.seen == []


def test_a_quote_takes_one_call_and_lives_for_a_while(
    api: FakeApi, plugin: RainPlugin, clock: Ticker
) -> None:
    quote = quote_of(plugin, "99.00")
    assert [seen.endpoint for seen in api.seen] == ["GET /prices/BTCUSD"]
    assert quote.amount == Money(1, BTC)
    assert quote.fee == Money("0.01", BTC)
    assert quote.is_firm
    assert quote.expires_at is not None
    assert (quote.expires_at - clock.now()).total_seconds() == 300


def test_a_price_that_is_too_old_is_not_used(api: FakeApi, clock: Ticker) -> None:
    plugin = make_plugin(api, clock, max_price_age=600.0)
    assert quote_of(plugin)
    clock.advance(minutes=5)
    with pytest.raises(ProviderUnavailable):
        quote_of(plugin)


def test_an_invoice_is_an_account_named_by_its_key(
    api: FakeApi, invoice: Invoice
) -> None:
    (asked,) = api.calls("POST /accounts")
    assert asked.data == {"name": "invoice:1"}
    assert invoice.reference == ACCOUNT_ID
    assert invoice.instructions is not None
    assert invoice.instructions.address == ADDRESS


def test_an_account_whose_answer_was_lost_is_found_by_its_name(
    api: FakeApi, plugin: RainPlugin
) -> None:
    quote, operation = quote_of(plugin), MemoryOperation()
    api.put("POST /accounts", (500, ""))
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(quote, operation)
    later = account(id=OTHER_ID, created="2017-06-16T00:00:00Z")
    api.put("GET /accounts", [account(name="BTC Account"), later, account()])
    made = plugin.create_invoice(quote, operation)
    assert made.reference == ACCOUNT_ID
    assert len(api.calls("POST /accounts")) == 1
    assert plugin.create_invoice(quote, operation) == made


def test_an_old_quote_makes_no_invoice_but_a_begun_one_does(
    api: FakeApi, plugin: RainPlugin, clock: Ticker
) -> None:
    quote, operation = quote_of(plugin), MemoryOperation()
    clock.advance(minutes=6)
    with pytest.raises(QuoteExpired):
        plugin.create_invoice(quote, operation)
    assert api.calls("POST /accounts") == []
    operation.record("account", {"begun": True})
    api.put("GET /accounts", [])
    assert plugin.create_invoice(quote, operation).reference == ACCOUNT_ID


@pytest.mark.parametrize(
    "change",
    [
        {"address": ""},
        {"address": "two words"},
        {"id": "no-uuid"},
        {"name": "invoice:2"},
        {"balance": {"amount": "0", "currency": "usd"}},
    ],
)
def test_an_account_that_can_not_be_paid_is_refused(
    api: FakeApi, plugin: RainPlugin, change: dict[str, Any]
) -> None:
    api.put("POST /accounts", account(**change))
    with pytest.raises(ProviderProtocolError):
        plugin.create_invoice(quote_of(plugin), MemoryOperation())


def test_an_invoice_can_be_an_address_of_one_account(
    api: FakeApi, clock: Ticker
) -> None:
    plugin = make_plugin(api, clock, invoice_by="address", account_id=ACCOUNT_ID)
    address = read_case("post_accounts_addresses") | {"account_id": ACCOUNT_ID}
    api.put(f"POST /accounts/{ACCOUNT_ID}/addresses", address)
    quote = quote_of(plugin)
    invoice = to_invoice(clock, quote, plugin.create_invoice(quote, MemoryOperation()))
    assert invoice.reference == address["id"]
    receipt = read_case("post_sends") | {
        "id": OTHER_ID,
        "type": "receive",
        "status": "completed",
        "address": address["address"],
    }
    stray = receipt | {"id": ACCOUNT_ID, "address": ""}
    api.put(f"GET /accounts/{ACCOUNT_ID}/transactions", [receipt, stray])
    report = plugin.detect_payments([invoice])
    assert told(report.snapshots[invoice.id]) == [(OTHER_ID, "0.05", "CONFIRMED")]
    assert [deposit.external_id for deposit in report.unmatched] == [ACCOUNT_ID]
    api.put(
        f"GET /accounts/{ACCOUNT_ID}/transactions", [receipt | {"status": "on_hold"}]
    )
    with pytest.raises(ProviderProtocolError) as caught:
        plugin.detect_payments([invoice])
    assert "on_hold" in caught.value.evidence


def test_open_invoices_take_one_call(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    others = [replace(invoice, id=f"i{n}", operation_key=f"i{n}") for n in range(3)]
    api.put("GET /accounts", [account("0.1", "0.2")])
    before = len(api.seen)
    assert len(plugin.detect_payments([invoice, *others]).snapshots) == 4
    assert [seen.endpoint for seen in api.seen[before:]] == ["GET /accounts"]


@pytest.mark.parametrize(
    ("balance", "unconfirmed", "expected"),
    [
        ("0", "0", []),
        ("0", "0.5", [(ACCOUNT_ID, "0.5", "DETECTED")]),
        ("0.5", "0", [(ACCOUNT_ID, "0.5", "CONFIRMED")]),
        (
            "0.5",
            "0.1",
            [
                (ACCOUNT_ID, "0.5", "CONFIRMED"),
                (f"{ACCOUNT_ID}:unconfirmed", "0.1", "DETECTED"),
            ],
        ),
    ],
)
def test_balances_are_payments(
    api: FakeApi,
    plugin: RainPlugin,
    invoice: Invoice,
    balance: str,
    unconfirmed: str,
    expected: list[tuple[str, str, str]],
) -> None:
    api.put("GET /accounts", [account(balance, unconfirmed)])
    assert told(look(plugin, invoice)) == expected


def test_the_unconfirmed_balance_can_be_read_as_the_total(
    api: FakeApi, clock: Ticker, invoice: Invoice
) -> None:
    plugin = make_plugin(api, clock, unconfirmed_is_total=True)
    api.put("GET /accounts", [account("0.5", "0.5")])
    assert told(look(plugin, invoice)) == [(ACCOUNT_ID, "0.5", "CONFIRMED")]


@pytest.mark.parametrize(
    ("balance", "sales", "expected"),
    [
        # Sold, and completed: it came in all the same.
        ("0", [sale(status="completed")], ("0.5", "CONFIRMED")),
        # Under way: gone from the balance already, or not yet.
        ("0", [sale(status="processing")], ("0.5", "CONFIRMED")),
        ("0.5", [sale(status="processing")], ("0.5", "CONFIRMED")),
        # What came after the sale.
        ("0.2", [sale(status="completed")], ("0.7", "CONFIRMED")),
        ("0.9", [sale(status="completed")], ("1.4", "CONFIRMED")),
        # An order that was never confirmed explains nothing.
        ("0", [sale(status="starting")], ("0.5", "REVERSED")),
        ("0", [], ("0.5", "REVERSED")),
        ("0.3", [], ("0.3", "CONFIRMED")),
        # Another account's sale neither.
        (
            "0",
            [sale(status="completed", withdraw_account_id=OTHER_ID)],
            ("0.5", "REVERSED"),
        ),
        # Taken back after it was sold.
        ("-0.5", [sale(status="completed")], ("0.5", "REVERSED")),
        ("-0.5", [sale(status="processing")], ("0.5", "REVERSED")),
    ],
)
def test_what_was_sold_still_counts(
    api: FakeApi,
    plugin: RainPlugin,
    invoice: Invoice,
    balance: str,
    sales: list[Any],
    expected: tuple[str, str],
) -> None:
    paid = replace(invoice, payments=(payment_of(invoice, "0.5"),))
    api.put("GET /accounts", [account(balance)])
    api.put("GET /sells", sales)
    assert told(look(plugin, paid)) == [(ACCOUNT_ID, *expected)]


@pytest.mark.parametrize(
    "odd",
    [
        sale(status="on_hold"),
        sale("-1"),
        sale(withdraw_account_id=None),
        {"withdraw_account_id": ACCOUNT_ID},
        "rubbish",
    ],
)
def test_a_sale_that_can_not_be_read_is_no_reversal(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice, odd: Any
) -> None:
    paid = replace(invoice, payments=(payment_of(invoice, "0.5"),))
    api.put("GET /accounts", [account("0")])
    api.put("GET /sells", [odd])
    with pytest.raises(ProviderProtocolError):
        plugin.detect_payments([paid])
    api.put("GET /accounts", [account("0.5")])
    assert told(look(plugin, paid)) == [(ACCOUNT_ID, "0.5", "CONFIRMED")]


def test_a_sale_during_the_look_is_waited_for(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    paid = replace(invoice, payments=(payment_of(invoice, "0.5"),))
    api.put("GET /accounts", [account("0.5")])
    api.put("GET /sells", [], [sale(status="completed")])
    with pytest.raises(ProviderProtocolError, match="went on"):
        plugin.detect_payments([paid])


def test_one_invoice_that_fails_is_left_out(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    gone = replace(invoice, id="gone", reference=OTHER_ID, operation_key="gone")
    broken = account(id=OTHER_ID) | {"balance": {"amount": "1e5", "currency": "btc"}}
    api.put("GET /accounts", [broken, account("0.5")])
    report = plugin.detect_payments([invoice, gone])
    assert set(report.snapshots) == {invoice.id}


def test_money_on_a_second_account_of_an_invoice_is_unmatched(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    double = account("0.5", "0.1", id=OTHER_ID)
    api.put("GET /accounts", [account(), double, account(name="another")])
    report = plugin.detect_payments([invoice])
    (deposit,) = report.unmatched
    assert (deposit.external_id, deposit.amount) == (OTHER_ID, Money("0.6", BTC))


def test_only_the_simulator_pays_by_itself(
    api: FakeApi, plugin: RainPlugin, clock: Ticker, invoice: Invoice
) -> None:
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "exact")
    playing = make_plugin(api, clock, control_url=api.url)
    api.put("POST /pay", {})
    assert playing.simulate_payment(invoice, "exact")
    assert api.calls("POST /pay")[0].data == {
        "address": ADDRESS,
        "amount": invoice.amount.to_text(),
    }
    with pytest.raises(NotSupported):
        playing.simulate_payment(invoice, "without_memo")


def test_health_names_a_missing_fiat_account(
    api: FakeApi, clock: Ticker, plugin: RainPlugin
) -> None:
    api.put("GET /user", read_case("get_user"))
    assert plugin.check_health() == "logged in; the user's status is pending"
    careless = make_plugin(api, clock, fiat_account_id=None)
    api.put("GET /accounts", read_case("get_accounts"))
    assert careless.check_health()
    api.put("GET /accounts", [])
    with pytest.raises(Exception, match="fiat_account_id"):
        careless.check_health()


@pytest.mark.parametrize("money", ["balance", "unconfirmed"])
def test_an_invoices_account_is_deleted_only_when_it_is_empty(
    plugin: RainPlugin, api: FakeApi, invoice: Invoice, money: str
) -> None:
    own = account(name=invoice.operation_key)
    holding = account(name=own["name"], **{money: "0.00000001"})
    delete = f"DELETE /accounts/{ACCOUNT_ID}"
    api.put(delete, own)
    api.put("GET /accounts", [holding], [own], [])
    assert plugin.close_invoice(invoice)
    assert api.calls(delete) == []
    assert plugin.close_invoice(invoice)
    assert len(api.calls(delete)) == 1
    # It has gone: closing it again is no mistake.
    assert plugin.close_invoice(invoice)
    assert len(api.calls(delete)) == 1


def test_no_account_but_the_invoices_own_is_deleted(
    plugin: RainPlugin, api: FakeApi, invoice: Invoice
) -> None:
    api.put("GET /accounts", [account(name="Savings")])
    assert plugin.close_invoice(invoice)
    assert [seen for seen in api.seen if seen.method == "DELETE"] == []
    shared = replace(invoice, provider_data={"by": "address", "account_id": OTHER_ID})
    assert plugin.close_invoice(shared)
