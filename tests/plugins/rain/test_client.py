"""The client: every endpoint of the document, sessions, errors, ids."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.errors import (
    InputError,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.refusals import AccountNotFound, RainRefused
from tests.plugins.rain.fake_api import (
    EMAIL,
    PASSWORD,
    FakeApi,
    Ticker,
    make_settings,
    read_case,
    running_api,
)

ENDPOINTS = Path(__file__).with_name("endpoints.txt").read_text().splitlines()
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OTHER_ID = "11111111-2222-3333-4444-555555555555"
COIN, DOLLARS = Money("0.05", BTC), Money("500", USD)
SUMS: dict[str, Any] = {
    "withdraw_account_id": OTHER_ID,
    "deposit_account_id": OTHER_ID,
    "amount": Money(1, BTC),
    "subtotal": Money(4, USD),
    "fee": Money(1, USD),
    "total": Money(3, USD),
}

Case = tuple[str, str | None, Callable[[RainClient, str, str], Any]]

#: Endpoint, the document's example of its answer, and the call. The ids are the
#: example's own: its account's (where it has one) and its object's.
CALLS: list[Case] = [
    (
        "POST /signup",
        "post_signup",
        lambda c, a, i: c.user.sign_up(
            full_name="Example Person", email=EMAIL, password="P$", country="USA"
        ),
    ),
    ("POST /login", "post_login", lambda c, a, i: c.user.log_in(EMAIL, PASSWORD)),
    ("GET /user", "get_user", lambda c, a, i: c.user.get()),
    ("PATCH /user", "patch_user", lambda c, a, i: c.user.update(full_name="New")),
    ("GET /logout", None, lambda c, a, i: c.user.log_out()),
    ("GET /accounts", "get_accounts", lambda c, a, i: c.accounts.list()),
    ("GET /accounts/{}", "get_accounts_one", lambda c, a, i: c.accounts.get(i)),
    (
        "POST /accounts",
        "post_accounts",
        lambda c, a, i: c.accounts.create("Batsuit Repair Fund Account"),
    ),
    (
        "PATCH /accounts/{}",
        "patch_accounts_one",
        lambda c, a, i: c.accounts.update(i, name="New"),
    ),
    (
        "DELETE /accounts/{}",
        "delete_accounts_one",
        lambda c, a, i: c.accounts.delete(i),
    ),
    (
        "GET /accounts/{}/addresses",
        "get_accounts_addresses",
        lambda c, a, i: c.accounts.list_addresses(OTHER_ID),
    ),
    (
        "GET /accounts/{}/addresses/{}",
        "get_accounts_addresses_one",
        lambda c, a, i: c.accounts.get_address(a, i),
    ),
    (
        "POST /accounts/{}/addresses",
        "post_accounts_addresses",
        lambda c, a, i: c.accounts.create_address(a),
    ),
    (
        "GET /accounts/{}/transactions",
        "get_accounts_transactions",
        lambda c, a, i: c.transactions.list(OTHER_ID),
    ),
    (
        "GET /accounts/{}/transactions/{}",
        "get_accounts_transactions_one",
        lambda c, a, i: c.transactions.get(OTHER_ID, i),
    ),
    (
        "POST /sends",
        "post_sends",
        lambda c, a, i: c.sends.create(OTHER_ID, COIN, "3J98t1WpEZ73", "Cleaning"),
    ),
    (
        "POST /sends/{}/confirm",
        "post_sends_confirm",
        lambda c, a, i: c.sends.confirm(i),
    ),
    (
        "POST /requests",
        None,
        lambda c, a, i: c.requests.create(OTHER_ID, COIN, EMAIL, "Lodgings"),
    ),
    ("POST /requests/{}/resend", None, lambda c, a, i: c.requests.resend(OTHER_ID)),
    ("GET /buys", "get_buys", lambda c, a, i: c.buys.list()),
    ("GET /buys/{}", "get_buys_one", lambda c, a, i: c.buys.get(i)),
    ("POST /buys", "post_buys", lambda c, a, i: c.buys.create(**SUMS)),
    ("POST /buys/{}/confirm", "post_buys_confirm", lambda c, a, i: c.buys.confirm(i)),
    ("GET /sells", "get_sells", lambda c, a, i: c.sells.list()),
    ("GET /sells/{}", "get_sells_one", lambda c, a, i: c.sells.get(i)),
    ("POST /sells", "post_sells", lambda c, a, i: c.sells.create(**SUMS)),
    (
        "POST /sells/{}/confirm",
        "post_sells_confirm",
        lambda c, a, i: c.sells.confirm(i),
    ),
    ("GET /deposits", "get_deposits", lambda c, a, i: c.deposits.list()),
    ("GET /deposits/{}", "get_deposits_one", lambda c, a, i: c.deposits.get(i)),
    (
        "POST /deposits",
        "post_deposits",
        lambda c, a, i: c.deposits.create(OTHER_ID, DOLLARS, "Fuel"),
    ),
    (
        "POST /deposits/{}/confirm",
        "post_deposits_confirm",
        lambda c, a, i: c.deposits.confirm(i),
    ),
    (
        "POST /deposits/{}/complete",
        "post_deposits_complete",
        lambda c, a, i: c.deposits.complete(i),
    ),
    ("GET /withdraws", "get_withdraws", lambda c, a, i: c.withdrawals.list()),
    ("GET /withdraws/{}", "get_withdraws_one", lambda c, a, i: c.withdrawals.get(i)),
    (
        "POST /withdraws",
        "post_withdraws",
        lambda c, a, i: c.withdrawals.create(OTHER_ID, DOLLARS, "Cash"),
    ),
    (
        "POST /withdraws/{}/confirm",
        "post_withdraws_confirm",
        lambda c, a, i: c.withdrawals.confirm(i),
    ),
    (
        "POST /withdraws/{}/complete",
        "post_withdraws_complete",
        lambda c, a, i: c.withdrawals.complete(i),
    ),
    (
        "POST /transfers",
        "post_transfers",
        lambda c, a, i: c.transfers.create(OTHER_ID, OTHER_ID, DOLLARS, "Move"),
    ),
    (
        "POST /transfers/{}/confirm",
        "post_transfers_confirm",
        lambda c, a, i: c.transfers.confirm(i),
    ),
    ("GET /orders", "get_orders", lambda c, a, i: c.orders.list()),
    (
        "POST /orders",
        "post_orders",
        lambda c, a, i: c.orders.create(
            type="limit",
            side="buy",
            quantity=Money("20.13", BTC),
            price=Decimal(200),
            withdraw_account_id=OTHER_ID,
            deposit_account_id=OTHER_ID,
        ),
    ),
    ("GET /orders/{}", "get_orders_one", lambda c, a, i: c.orders.get(i)),
    (
        "POST /orders/{}/cancel",
        "post_orders_cancel",
        lambda c, a, i: c.orders.cancel(i),
    ),
    ("GET /prices/BTCUSD", "get_prices_one", lambda c, a, i: c.prices.get_latest()),
    (
        "POST /prices",
        "post_prices",
        lambda c, a, i: c.prices.create(
            buy_price=DOLLARS, sell_price=DOLLARS, spot_price=DOLLARS
        ),
    ),
]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        yield fake


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture
def client(api: FakeApi, clock: Ticker) -> RainClient:
    return RainClient(make_settings(api.url), clock)


def test_there_is_a_call_for_each_of_the_documents_45_endpoints() -> None:
    documented = {
        re.sub(r"\{\w+\}", "{}", line).replace(":product", "BTCUSD")
        for line in ENDPOINTS
    }
    assert len(ENDPOINTS) == len(documented) == 45
    assert {endpoint for endpoint, _, _ in CALLS} == documented


@pytest.mark.parametrize(
    ("endpoint", "case", "call"), CALLS, ids=[endpoint for endpoint, _, _ in CALLS]
)
def test_each_call_reads_the_documents_example(
    api: FakeApi,
    client: RainClient,
    endpoint: str,
    case: str | None,
    call: Callable[[RainClient, str, str], Any],
) -> None:
    example: Any = read_case(case) if case else ""
    fields = example if isinstance(example, dict) else {}
    path = endpoint.split(" ")[1]
    object_id, account_id = fields.get("id", OTHER_ID), fields.get("account_id", "")
    # Every path that the call could take answers with the example.
    for first in (account_id, object_id, OTHER_ID):
        for second in (object_id, OTHER_ID):
            target = path.replace("{}", first, 1).replace("{}", second, 1)
            api.put(f"{endpoint.split(' ')[0]} {target}", example)
    answer = call(client, account_id, object_id)
    asked = api.seen[-1]
    assert f"{asked.method} {UUID.sub('{}', asked.path)}" == endpoint
    if isinstance(example, list):
        assert not (answer[1] if isinstance(answer, tuple) else answer.broken)
    elif fields:
        assert answer.id == object_id
    public = {"POST /signup", "POST /login", "GET /prices/BTCUSD"}
    assert ("Authorization" in asked.headers) == (endpoint not in public)


def test_fiat_counts_by_its_fiat_amount(api: FakeApi, client: RainClient) -> None:
    api.put("GET /withdraws", read_case("get_withdraws"))
    (found,) = client.withdrawals.list().transactions
    assert found.amount == Money(0, BTC)
    assert found.fiat_amount == Money(500, USD)


def test_amounts_are_sent_with_their_currencys_places(
    api: FakeApi, client: RainClient
) -> None:
    api.put("POST /sells", read_case("post_sells"))
    client.sells.create(**SUMS)
    (asked,) = api.calls("POST /sells")
    assert asked.data["amount"] == "1.00000000"
    assert (asked.data["subtotal"], asked.data["fee"]) == ("4.00", "1.00")


def test_the_token_is_sent_raw_and_asked_for_once(
    api: FakeApi, client: RainClient
) -> None:
    api.put("GET /user", read_case("get_user"))
    client.user.get()
    client.user.get()
    assert api.logins == 1
    assert api.calls("GET /user")[0].headers["Authorization"] == api.token


def test_the_token_is_renewed_before_its_24_hours_are_over(
    api: FakeApi, client: RainClient, clock: Ticker
) -> None:
    api.put("GET /user", read_case("get_user"))
    client.user.get()
    clock.advance(hours=22, minutes=59)
    client.user.get()
    assert api.logins == 1
    clock.advance(minutes=2)
    client.user.get()
    assert api.logins == 2


def test_a_session_that_was_ended_is_made_anew_once(
    api: FakeApi, client: RainClient
) -> None:
    api.put("POST /accounts", (401, {"code": 1, "message": "No"}), read_case_named())
    assert client.accounts.create("x").name == "x"
    assert api.logins == 2
    api.put("GET /user", (401, {"code": 1, "message": "No"}))
    with pytest.raises(ProviderAuthError):
        client.user.get()
    assert api.logins == 3


def read_case_named() -> Any:
    return read_case("post_accounts") | {"name": "x"}


def test_a_403_does_not_log_in_again(api: FakeApi, client: RainClient) -> None:
    api.put("POST /prices", (403, {"code": 3003, "message": "Administrators only"}))
    with pytest.raises(ProviderAuthError):
        client.prices.create(buy_price=DOLLARS, sell_price=DOLLARS, spot_price=DOLLARS)
    assert api.logins == 1


def test_wrong_credentials_are_an_auth_error_whatever_the_status(
    api: FakeApi, client: RainClient
) -> None:
    api.put("POST /login", (400, {"code": 3002, "message": f"No {PASSWORD}"}))
    with pytest.raises(ProviderAuthError) as caught:
        client.user.get()
    assert PASSWORD not in str(caught.value)


def test_errors_carry_the_documents_code(api: FakeApi, client: RainClient) -> None:
    with pytest.raises(AccountNotFound) as lost:
        client.accounts.get(OTHER_ID)
    assert (lost.value.code, lost.value.status) == (3016, 404)
    api.put("POST /signup", (400, read_case("error_bad_request")))
    with pytest.raises(RainRefused) as taken:
        client.user.sign_up(full_name="A", email=EMAIL, password="P$", country="USA")
    assert taken.value.code == 3005
    assert "Username already exists" in str(taken.value)


@pytest.mark.parametrize("odd", ["", "../login", "1", f"{OTHER_ID}/confirm", "x" * 36])
def test_ids_are_checked_before_they_go_into_a_url(
    api: FakeApi, client: RainClient, odd: str
) -> None:
    for call in (client.sells.confirm, client.accounts.get, client.orders.cancel):
        with pytest.raises(InputError):
            call(odd)
    assert api.seen == []


def test_answers_about_another_object_are_refused(
    api: FakeApi, client: RainClient
) -> None:
    for endpoint, case, call in CALLS:
        if case and "{}" in endpoint and isinstance(read_case(case), dict):
            own: Any = read_case(case)
            path = endpoint.replace("{}", OTHER_ID)
            api.put(path, own)
            with pytest.raises(ProviderProtocolError):
                call(client, OTHER_ID, OTHER_ID)


def test_neither_token_nor_password_gets_into_errors_and_logs(
    api: FakeApi, client: RainClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "checkout_kit")
    api.put("GET /user", lambda seen: (400, {"code": 1, "message": str(seen.headers)}))
    with pytest.raises(ProviderRefused) as caught:
        client.user.get()
    api.put("GET /user", lambda seen: {"id": api.token})
    with pytest.raises(ProviderProtocolError) as odd:
        client.user.get()
    texts = [str(caught.value), odd.value.evidence, caplog.text, repr(client.transport)]
    assert all(api.token not in text and PASSWORD not in text for text in texts)


def test_a_login_that_makes_no_sense_keeps_no_evidence(
    api: FakeApi, client: RainClient
) -> None:
    api.put("POST /login", '{"token": "secret-token-of-this-session", ')
    with pytest.raises(ProviderProtocolError) as caught:
        client.user.get()
    assert caught.value.evidence == ""


def test_the_docs_page_lists_every_endpoint() -> None:
    page = (Path(__file__).parents[3] / "docs" / "providers" / "rain.md").read_text()
    rows = re.findall(r"^\| `([A-Z]+ /\S+)` \| `(\w+)\.(\w+)` \|", page, re.M)
    documented = [re.sub(r"\{\w+\}", "{id}", line) for line in ENDPOINTS]
    assert sorted(endpoint for endpoint, _, _ in rows) == sorted(documented)
    client = RainClient(make_settings("https://api.example.com/api/1"), Ticker())
    assert all(
        callable(getattr(getattr(client, resource), method))
        for _, resource, method in rows
    )
