"""The simulator, and the client against it; the two were written apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from checkout_kit.domain.addresses import check_address
from checkout_kit.domain.money import Money
from checkout_kit.errors import (
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderUnavailable,
)
from checkout_kit.simulation import Fault
from checkout_kit.testing import LoopbackServer
from checkout_kit_rain.answers import TransactionStatus
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.refusals import AccountNotFound, RainRefused
from checkout_kit_rain.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    Simulator,
    create_simulator,
    simulator_of,
)
from tests.plugins.rain.fake_api import Ticker, make_settings

OTHER_ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture
def running(clock: Ticker) -> Iterator[tuple[Simulator, str]]:
    app = create_simulator(clock=clock.now)
    with LoopbackServer(app) as server:
        yield simulator_of(app), f"{server.url}/api/1"


@pytest.fixture
def exchange(running: tuple[Simulator, str]) -> Simulator:
    return running[0]


@pytest.fixture
def client(running: tuple[Simulator, str], clock: Ticker) -> RainClient:
    settings = make_settings(
        running[1], email=SIMULATOR_EMAIL, password=SIMULATOR_PASSWORD
    )
    return RainClient(settings, clock)


@pytest.fixture
def page() -> FlaskClient:
    return create_simulator().test_client()


def test_a_new_user_has_two_accounts(client: RainClient, exchange: Simulator) -> None:
    session = client.user.sign_up(
        full_name="A B", email="new@example.com", password="New2$", country="USA"
    )
    assert session.user_id in exchange.books.users
    with pytest.raises(RainRefused) as taken:
        client.user.sign_up(
            full_name="A B", email="new@example.com", password="New2$", country="USA"
        )
    assert taken.value.code == 3005
    assert client.user.log_in("new@example.com", "New2$").user_id == session.user_id
    named = {a.name: a.balance.currency for a in client.accounts.list().accounts}
    assert named == {"BTC Account": BTC, "USD Account": USD}


def test_user_and_session(client: RainClient, exchange: Simulator) -> None:
    assert client.user.get().email == SIMULATOR_EMAIL
    assert client.user.update(full_name="Other Name").full_name == "Other Name"
    client.user.log_out()
    assert client.user.get().full_name == "Other Name"
    exchange.books.end_all_sessions()
    assert client.user.get()


def test_tokens_are_checked_for_real(page: FlaskClient, clock: Ticker) -> None:
    for headers in ({}, {"Authorization": "x"}, {"Authorization": "Bearer x"}):
        answer = page.get("/api/1/user", headers=headers)
        assert answer.status_code == 401
    body = {"email": SIMULATOR_EMAIL, "password": SIMULATOR_PASSWORD}
    token = page.post("/api/1/login", json=body).get_json()["token"]
    assert page.get("/api/1/user", headers={"Authorization": token}).status_code == 200
    page.post("/control/time", json={"advance": 24 * 3600})
    assert page.get("/api/1/user", headers={"Authorization": token}).status_code == 401
    assert page.post("/api/1/login", json=body | {"password": "x"}).status_code == 400


def test_accounts_and_addresses(client: RainClient) -> None:
    made = client.accounts.create("invoice:1")
    assert check_address("bitcoin", made.address) == made.address
    assert client.accounts.get(made.id) == made
    assert client.accounts.update(made.id, name="new").name == "new"
    extra = client.accounts.create_address(made.id)
    assert client.accounts.get_address(made.id, extra.id) == extra
    found, _ = client.accounts.list_addresses(made.id)
    assert [address.address for address in found] == [made.address, extra.address]
    assert client.accounts.delete(made.id).deleted is not None
    with pytest.raises(AccountNotFound):
        client.accounts.get(made.id)
    with pytest.raises(AccountNotFound):
        client.accounts.get(OTHER_ID)


def test_money_comes_unconfirmed_and_then_confirmed(
    client: RainClient, exchange: Simulator
) -> None:
    made = client.accounts.create("invoice:1")
    deposit = exchange.desk.receive(made.address, Decimal("0.5"), is_confirmed=False)
    assert client.accounts.get(made.id).unconfirmed == Money("0.5", BTC)
    exchange.desk.confirm_receipt(deposit)
    seen = client.accounts.get(made.id)
    assert (seen.balance, seen.unconfirmed) == (Money("0.5", BTC), Money(0, BTC))
    (listed,) = client.transactions.list(made.id).transactions
    assert client.transactions.get(made.id, listed.id).type == "receive"


def test_deposit_buy_sell_and_withdraw_as_in_the_tutorial(
    client: RainClient, clock: Ticker
) -> None:
    by_name = {a.name: a.id for a in client.accounts.list().accounts}
    coins, dollars = by_name["BTC Account"], by_name["USD Account"]
    funds = client.deposits.create(dollars, Money(200_000, USD), "Cash")
    assert client.deposits.confirm(funds.id).status is TransactionStatus.PROCESSING
    client.deposits.complete(funds.id)
    assert client.deposits.get(funds.id).fiat_amount == Money(200_000, USD)
    assert client.deposits.list().transactions
    sums: dict[str, Any] = {
        "amount": Money(1, BTC),
        "subtotal": Money(100_000, USD),
        "fee": Money(1_000, USD),
    }
    bought = client.buys.create(
        withdraw_account_id=dollars,
        deposit_account_id=coins,
        total=Money(101_000, USD),
        **sums,
    )
    assert client.accounts.get(dollars).balance == Money(200_000, USD)
    client.buys.confirm(bought.id)
    clock.advance(seconds=6)
    assert client.buys.get(bought.id).status is TransactionStatus.COMPLETED
    assert client.buys.list().transactions
    assert client.accounts.get(coins).balance == Money(1, BTC)
    sold = client.sells.create(
        withdraw_account_id=coins,
        deposit_account_id=dollars,
        total=Money(99_000, USD),
        **sums,
    )
    client.sells.confirm(sold.id)
    with pytest.raises(RainRefused):
        client.sells.confirm(sold.id)
    clock.advance(seconds=6)
    assert client.accounts.get(dollars).balance == Money(198_000, USD)
    out = client.withdrawals.create(dollars, Money(1_000, USD), "Cash")
    assert client.withdrawals.confirm(out.id).status is TransactionStatus.CONFIRMED
    client.withdrawals.complete(out.id)
    assert client.withdrawals.get(out.id).status is TransactionStatus.COMPLETED
    assert client.withdrawals.list().transactions
    assert client.accounts.get(dollars).balance == Money(197_000, USD)
    other = client.accounts.create("other")
    client.prices.create(
        buy_price=Money(9, USD), sell_price=Money(10, USD), spot_price=Money(9, USD)
    )
    assert client.prices.get_latest().buy_price == Money(9, USD)
    with pytest.raises(RainRefused):
        client.transfers.create(dollars, other.id, Money(1, USD), "Mixed")


def test_sends_requests_transfers_and_orders(
    client: RainClient, exchange: Simulator
) -> None:
    first, second = client.accounts.create("first"), client.accounts.create("second")
    exchange.desk.receive(first.address, Decimal(1), is_confirmed=True)
    sent = client.sends.create(first.id, Money("0.25", BTC), second.address, "Some")
    assert client.sends.confirm(sent.id).status is TransactionStatus.PROCESSING
    moved = client.transfers.create(first.id, second.id, Money("0.25", BTC), "Some")
    assert client.transfers.confirm(moved.id).status is TransactionStatus.CONFIRMED
    assert client.accounts.get(first.id).balance == Money("0.5", BTC)
    assert client.accounts.get(second.id).balance == Money("0.25", BTC)
    asked = client.requests.create(first.id, Money(2, BTC), "you@example.com", "Please")
    assert client.requests.resend(asked["id"])["type"] == "request_btc"
    order = client.orders.create(
        type="limit",
        side="sell",
        quantity=Money(1, BTC),
        price=Decimal(200),
        withdraw_account_id=first.id,
        deposit_account_id=second.id,
    )
    assert client.orders.get(order.id) == order
    assert client.orders.cancel(order.id).id == order.id
    assert client.orders.list() == ((client.orders.get(order.id),), ())


def test_only_administrators_set_prices(
    running: tuple[Simulator, str], client: RainClient, clock: Ticker
) -> None:
    client.user.sign_up(
        full_name="A B", email="new@example.com", password="New2$", country="USA"
    )
    settings = make_settings(running[1], email="new@example.com", password="New2$")
    with pytest.raises(ProviderAuthError):
        RainClient(settings, clock).prices.create(
            buy_price=Money(9, USD), sell_price=Money(9, USD), spot_price=Money(9, USD)
        )


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("500", ProviderUnavailable),
        ("429", ProviderRateLimited),
        ("drop", ProviderUnavailable),
        ("html", ProviderProtocolError),
        ("malformed", ProviderProtocolError),
    ],
)
def test_faults_strike(
    running: tuple[Simulator, str],
    client: RainClient,
    mode: str,
    expected: type[Exception],
) -> None:
    client.user.get()
    running[0].faults.add(Fault(mode, 9))
    with pytest.raises(expected):
        client.accounts.create("invoice:1")


def test_the_control_page_shows_and_moves_everything(page: FlaskClient) -> None:
    assert b"Rain simulator" in page.get("/").data
    made = page.post("/control/accounts", json={"name": "<b>invoice</b>"}).get_json()
    form = {"address": made["address"], "amount": "0.5", "confirm": "false"}
    assert page.post("/control/pay?from_page=1", data=form).status_code == 303
    shown = page.get("/").get_data(as_text=True)
    assert "0.50000000" in shown
    assert "<b>" not in shown
    for path, data in (
        (f"/control/accounts/{made['id']}/confirm", {}),
        (f"/control/accounts/{made['id']}/reverse", {}),
        ("/control/prices", {"buy": "5", "sell": "6"}),
        ("/control/settings", {"completes_sales": "false"}),
        ("/control/time", {"advance": "60"}),
        ("/control/trades/complete", {}),
        ("/control/sessions/end", {}),
        ("/control/faults", {"mode": "500", "times": "1"}),
        ("/control/faults/clear", {}),
    ):
        assert page.post(f"{path}?from_page=1", data=data).status_code == 303, path
    assert page.get("/").status_code == 200


def test_the_control_api_is_for_this_machine_and_site_only(page: FlaskClient) -> None:
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert page.get("/control/accounts", environ_base=far).status_code == 403
    assert page.get("/", environ_base=far).status_code == 403
    other = {"Origin": "https://other.example.com"}
    assert page.post("/control/sessions/end", headers=other).status_code == 403


def test_odd_requests_are_refused(page: FlaskClient) -> None:
    for body in ("{", "[]", '{"email": {"a": 1}}', '{"email": 7}'):
        answer = page.post("/api/1/login", data=body, content_type="application/json")
        assert answer.status_code == 400
        assert set(answer.get_json()) == {"code", "message"}
    assert page.post("/api/1/login", data="x=1").status_code == 400
    assert page.get("/api/1/nowhere").status_code == 404
    assert page.post("/control/settings", json={"odd": True}).status_code == 400
