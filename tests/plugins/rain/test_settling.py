"""Settling: only a confirmation moves money, and it happens once whatever gets lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.settlement import Settlement
from checkout_kit.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from checkout_kit.testing import LoopbackServer, MemoryOperation
from checkout_kit_rain import RainPlugin
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.settling import Settler, WorthNothing, share_to_sell
from checkout_kit_rain.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    Simulator,
    create_simulator,
    simulator_of,
)
from tests.fakes.crash import Crash, crash_at
from tests.plugins.rain.fake_api import (
    ACCOUNT_ID,
    FIAT_ID,
    SELL_ID,
    FakeApi,
    Ticker,
    account,
    make_plugin,
    make_settings,
    payment_of,
    quote_of,
    read_case,
    running_api,
    sale,
    to_invoice,
)

CONFIRM = f"POST /sells/{SELL_ID}/confirm"
GET = f"GET /sells/{SELL_ID}"
DUE = Money("49.50", USD)


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("GET /prices/BTCUSD", read_case("get_prices_one"))
        fake.put("POST /accounts", account())
        fake.put("POST /sells", sale())
        fake.put(CONFIRM, sale(status="processing"))
        fake.put(GET, sale(status="completed"))
        yield fake


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture
def plugin(api: FakeApi, clock: Ticker) -> RainPlugin:
    return make_plugin(api, clock)


@pytest.fixture
def invoice(plugin: RainPlugin, clock: Ticker) -> Invoice:
    quote = quote_of(plugin, "49.50")
    made = plugin.create_invoice(quote, MemoryOperation())
    opened = to_invoice(clock, quote, made)
    return replace(opened, payments=(payment_of(opened, "0.5"),))


def settle(
    plugin: RainPlugin,
    invoice: Invoice,
    operation: MemoryOperation,
    earlier: Sequence[Settlement] = (),
) -> Settlement | None:
    return plugin.settle_invoice(invoice, operation, DUE, earlier)


def test_a_sale_is_created_confirmed_and_reported_when_it_is_completed(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    assert settle(plugin, invoice, operation) is None
    done = settle(plugin, invoice, operation)
    assert done is not None
    assert (done.reference, done.amount, done.fee) == (SELL_ID, DUE, Money("0.5", USD))
    (asked,) = api.calls("POST /sells")
    assert asked.data == {
        "withdraw_account_id": ACCOUNT_ID,
        "deposit_account_id": FIAT_ID,
        "amount": "0.50000000",
        "subtotal": "50.00",
        "fee": "0.50",
        "total": "49.50",
    }
    assert len(api.calls(CONFIRM)) == 1


@pytest.mark.parametrize("records", range(5))
def test_dying_at_any_step_sells_once(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice, records: int
) -> None:
    operation = MemoryOperation("settle:1")
    api.put(GET, sale(), sale(status="completed"))
    operation.before = crash_at(records + 1)
    died = False
    try:
        settle(plugin, invoice, operation)
    except Crash:
        died = True
    assert died == (records < 4)
    operation.before = None
    for _ in range(3):
        done = settle(plugin, invoice, operation)
    assert done is not None
    confirmed = {seen.path for seen in api.seen if seen.path.endswith("/confirm")}
    assert confirmed == {CONFIRM.split(" ")[1]}


def test_a_lost_confirmation_is_read_back_before_it_is_repeated(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    api.put(CONFIRM, (502, ""))
    with pytest.raises(ProviderUnavailable):
        settle(plugin, invoice, operation)
    assert settle(plugin, invoice, operation) is not None
    assert len(api.calls("POST /sells")) == len(api.calls(CONFIRM)) == 1


def test_a_confirmation_that_did_not_arrive_is_repeated_with_the_same_order(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    api.put(CONFIRM, (502, ""), sale(status="processing"))
    api.put(GET, sale(), sale(status="completed"))
    with pytest.raises(ProviderUnavailable):
        settle(plugin, invoice, operation)
    assert settle(plugin, invoice, operation) is None
    assert settle(plugin, invoice, operation) is not None
    assert len(api.calls("POST /sells")) == 1


def test_an_order_that_is_refused_for_certain_is_replaced(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    second = "22222222-2222-3333-4444-555555555555"
    api.put("POST /sells", sale(), sale(id=second))
    api.put(CONFIRM, (400, {"code": 1, "message": "The price has changed"}))
    api.put(GET, sale())
    api.put(f"POST /sells/{second}/confirm", sale(id=second, status="processing"))
    api.put(f"GET /sells/{second}", sale(id=second, status="completed"))
    assert settle(plugin, invoice, operation) is None
    done = settle(plugin, invoice, operation)
    assert done is not None
    assert done.reference == second
    assert len(api.calls(CONFIRM)) == 1


def test_a_refusal_after_an_unknown_outcome_is_never_replaced(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    api.put(CONFIRM, (502, ""), (400, {"code": 1, "message": "Try later"}))
    api.put(GET, sale())
    with pytest.raises(ProviderUnavailable):
        settle(plugin, invoice, operation)
    for _ in range(3):
        with pytest.raises(ProviderError, match="in doubt") as caught:
            settle(plugin, invoice, operation)
        assert not isinstance(caught.value, ProviderRefused)
    assert len(api.calls("POST /sells")) == 1
    api.put(GET, sale(status="completed"))
    assert settle(plugin, invoice, operation) is not None


def test_no_refusal_of_the_api_ends_a_settlement(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    answers: list[Any] = [
        (400, {}),
        (404, read_case("error_account_not_found")),
        (403, {}),
    ]
    for answer in answers:
        operation = MemoryOperation("settle:1")
        api.put("POST /sells", answer)
        with pytest.raises(ProviderError) as caught:
            settle(plugin, invoice, operation)
        assert not isinstance(caught.value, (ProviderRefused, ProviderAuthError))


@pytest.mark.parametrize(
    "odd",
    [
        sale(status="on_hold"),
        sale(status=""),
        sale("0.40000000"),
        sale(withdraw_account_id=FIAT_ID),
        sale(deposit_account_id=ACCOUNT_ID),
        sale(total={"amount": "50.50", "currency": "usd"}),
        sale(total={"amount": "49.50", "currency": "eur"}),
        sale(total=None),
        sale(amount=None),
        sale(id="no-uuid"),
        sale(type="buy"),
        sale(
            subtotal={"amount": "40.00", "currency": "usd"},
            total={"amount": "39.50", "currency": "usd"},
        ),
    ],
)
def test_an_odd_order_is_never_confirmed(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice, odd: dict[str, Any]
) -> None:
    api.put("POST /sells", odd)
    api.put(CONFIRM, odd)
    with pytest.raises(ProviderProtocolError) as caught:
        settle(plugin, invoice, MemoryOperation("settle:1"))
    assert caught.value.evidence
    if odd["status"] == "starting":
        assert api.calls(CONFIRM) == []


def test_an_unknown_status_afterwards_is_kept_and_decides_nothing(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    operation = MemoryOperation("settle:1")
    api.put(GET, sale(status="on_hold"))
    assert settle(plugin, invoice, operation) is None
    with pytest.raises(ProviderProtocolError) as caught:
        settle(plugin, invoice, operation)
    assert "on_hold" in caught.value.evidence
    assert len(api.calls(CONFIRM)) == 1


def test_the_exchanges_own_lower_fee_is_taken(
    api: FakeApi, plugin: RainPlugin, invoice: Invoice
) -> None:
    fair = {"amount": "0.04", "currency": "usd"}
    total = {"amount": "49.96", "currency": "usd"}
    for endpoint, status in (("POST /sells", "starting"), (GET, "completed")):
        api.put(endpoint, sale(status=status, fee=fair, total=total))
    api.put(CONFIRM, sale(status="processing", fee=fair, total=total))
    operation = MemoryOperation("settle:1")
    settle(plugin, invoice, operation)
    done = settle(plugin, invoice, operation)
    assert done is not None
    assert done.amount == Money("49.96", USD)


def test_a_sale_that_would_bring_nothing_is_refused_before_it_is_made(
    api: FakeApi, clock: Ticker, invoice: Invoice
) -> None:
    case = read_case("get_prices_one")
    for name in ("buy_price", "sell_price"):
        case[name]["amount"] = "0.01"
    api.put("GET /prices/BTCUSD", case)
    with pytest.raises(WorthNothing):
        settle(make_plugin(api, clock), invoice, MemoryOperation("settle:1"))
    assert api.calls("POST /sells") == []


def share(invoice: Invoice, paid: str, due: str, *earlier: tuple[str, str]) -> str:
    grown = replace(invoice, payments=(payment_of(invoice, paid),))
    former = [
        Settlement("x", Money(0, USD), details={"sold": sold, "settles": settles})
        for sold, settles in earlier
    ]
    found = share_to_sell(grown, Money(due, USD), former)
    return "not yet" if found is None else found.to_text()


def test_each_settlement_sells_its_own_part(invoice: Invoice) -> None:
    # 0.5 BTC cover 49.50 dollars.
    assert share(invoice, "0.5", "49.50") == "0.5"
    assert share(invoice, "0.75", "49.50") == "0.5"
    assert share(invoice, "0.75", "24.75", ("0.5", "49.50")) == "0.25"
    # Less than a cent is taken along, and not missed later.
    assert share(invoice, "0.50001", "49.50") == "0.50001"
    assert share(invoice, "0.51", "0.98", ("0.50001", "49.50")) == "0.00999"
    # What is not there is not sold.
    assert share(invoice, "0.49", "49.50") == "not yet"
    assert share(invoice, "0.74", "24.75", ("0.5", "49.50")) == "not yet"


@pytest.fixture
def simulator(clock: Ticker) -> Iterator[tuple[Simulator, str]]:
    app = create_simulator(clock=clock.now)
    with LoopbackServer(app) as server:
        yield simulator_of(app), f"{server.url}/api/1"


@pytest.mark.parametrize("cut_at", range(12))
def test_a_withdrawal_follows_the_sale_once_wherever_the_course_is_cut(
    clock: Ticker, simulator: tuple[Simulator, str], cut_at: int
) -> None:
    """Against the simulator: each call's answer is lost in turn."""
    exchange, url = simulator
    settings = make_settings(
        url,
        email=SIMULATOR_EMAIL,
        password=SIMULATOR_PASSWORD,
        fiat_account_id=None,
        withdraw=True,
    )
    client = RainClient(settings, clock)
    made = client.accounts.create("invoice:1")
    exchange.desk.receive(made.address, Money(1, BTC).amount, is_confirmed=True)
    invoice = _invoice_of(clock, made.id)
    operation = MemoryOperation("settle:1")
    call, calls = client.transport.call, 0

    def lossy(method: str, path: str, payload: Any = None) -> Any:
        nonlocal calls
        answer = call(method, path, payload)
        calls += 1
        if calls == cut_at + 1:
            raise ProviderTimeout("rain", "lost")
        return answer

    client.transport.call = lossy  # type: ignore[method-assign]
    settler = Settler(client, settings, clock)
    done = None
    for _ in range(6):
        try:
            done = done or settler.settle(invoice, operation, Money(500, USD), ())
        except ProviderTimeout:
            pass
        clock.advance(seconds=10)
    assert done is not None
    began = [t for t in exchange.books.transactions.values() if t.status != "starting"]
    kinds = sorted(t.type for t in began if t.type != "receive")
    assert kinds == ["sell", "withdrawal"]
    (withdrawal,) = [t for t in began if t.type == "withdrawal"]
    assert withdrawal.fiat_amount == done.amount.amount
    assert done.details["withdrawal"] == withdrawal.id


def _invoice_of(clock: Ticker, account_id: str) -> Invoice:
    with running_api() as api:
        api.put("GET /prices/BTCUSD", read_case("get_prices_one"))
        api.put("POST /accounts", account(id=account_id))
        plugin = make_plugin(api, clock, fee_paid_by="merchant")
        quote = quote_of(plugin, "500.00")
        made = plugin.create_invoice(quote, MemoryOperation())
    invoice = replace(to_invoice(clock, quote, made), amount=Money(1, BTC))
    return replace(invoice, payments=(payment_of(invoice, "1"),))
