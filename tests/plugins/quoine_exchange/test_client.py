from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    Money,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_exchange.client import QuoineExchangeClient, QuoineUserClient
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_exchange.fake_api import (
    ADDRESS,
    AUTH_CODE,
    SECRET,
    USER_ID,
    USER_SECRET,
    make_settings,
    read_case,
    running_api,
)

YEN = Money("100000", "JPY")
HALF = Money("0.5", "BTC")


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        yield api


@pytest.fixture
def client(api: FakeApi) -> Iterator[QuoineExchangeClient]:
    client = QuoineExchangeClient(make_settings(api.url), FakeClock())
    yield client
    client.close()


@pytest.fixture
def user(api: FakeApi) -> Iterator[QuoineUserClient]:
    client = QuoineUserClient(
        make_settings(api.url),
        FakeClock(),
        "quoine_exchange",
        user_id=USER_ID,
        secret=USER_SECRET,
        auth_code=AUTH_CODE,
    )
    yield client
    client.close()


def check_signature(seen: Seen, signer: str, secret: str) -> None:
    """Compute the signature anew, from what arrived."""
    headers = seen.headers
    parts = [
        headers["Content-Type"],
        headers.get("Content-Md5", ""),
        seen.target,
        headers["Date"],
        headers["Nonce"],
    ]
    mac = hmac.new(secret.encode(), ",".join(parts).encode(), hashlib.sha1)
    expected = base64.b64encode(mac.digest()).decode()
    assert headers["Authorization"] == f"APIAuth {signer}:{expected}"


def test_create_user(api: FakeApi, client: QuoineExchangeClient) -> None:
    api.put("POST /users/", read_case("create_user"))
    user = client.create_user(
        "vendor-user-id", email="vendor-user-email@example.com", auth_code="pin-code"
    )
    (seen,) = api.seen
    # The slash at the end is the document's, and it is signed with the rest.
    assert seen.target == "/vendor/users/"
    assert seen.data == {
        "ext_id": "vendor-user-id",
        "email": "vendor-user-email@example.com",
        "auth_code": "pin-code",
    }
    check_signature(seen, "7", SECRET)
    assert (user.id, user.secret) == (1200, "myUserSecret")
    assert "myUserSecret" not in repr(user)


def test_update_user(api: FakeApi, client: QuoineExchangeClient) -> None:
    api.put("PUT /users/1200", read_case("update_user"))
    user = client.update_user(1200, auth_code="pin-code")
    assert api.seen[0].data == {"auth_code": "pin-code"}
    assert user.secret == "myUserSecret"
    check_signature(api.seen[0], "7", SECRET)


def test_list_accounts(api: FakeApi, client: QuoineExchangeClient) -> None:
    api.put("GET /users/1200/accounts", read_case("list_accounts"))
    (account,) = client.list_accounts(1200)
    assert (account.id, account.currency, account.balance) == (
        2300,
        "USD",
        Decimal(200),
    )
    check_signature(api.seen[0], "7", SECRET)


@pytest.mark.parametrize("name", ["fund", "withdraw"])
def test_move_money(api: FakeApi, client: QuoineExchangeClient, name: str) -> None:
    api.put(f"PUT /accounts/9478/{name}", read_case("fund_account"))
    call = client.fund_account if name == "fund" else client.withdraw_from_account
    moved = call(9478, YEN, request_id="jb-request-01", notes="1st Campaign")
    (seen,) = api.seen
    assert seen.data == {
        "amount": "100000",
        "notes": "1st Campaign",
        "request_id": "jb-request-01",
    }
    check_signature(seen, "7", SECRET)
    assert moved.balance == Decimal("100000.0")


def test_create_crypto_withdrawal(api: FakeApi, user: QuoineUserClient) -> None:
    api.put("POST /crypto_withdrawals/", read_case("create_crypto_withdrawal"))
    made = user.create_crypto_withdrawal(HALF, ADDRESS)
    (seen,) = api.seen
    assert seen.data == {
        "auth_code": AUTH_CODE,
        "crypto_withdrawal": {
            "amount": "0.50000000",
            "address": ADDRESS,
            "currency": "BTC",
        },
    }
    check_signature(seen, "1200", USER_SECRET)
    assert (made.id, made.state) == (20, "pending")


def test_get_crypto_withdrawal(api: FakeApi, user: QuoineUserClient) -> None:
    api.put("GET /crypto_withdrawals/20", read_case("get_crypto_withdrawal"))
    assert user.get_crypto_withdrawal(20).amount == Decimal("0.5")
    check_signature(api.seen[0], "1200", USER_SECRET)


def test_list_crypto_withdrawals(api: FakeApi, user: QuoineUserClient) -> None:
    api.put("GET /crypto_withdrawals", read_case("list_crypto_withdrawals"))
    page = user.list_crypto_withdrawals()
    assert [each.id for each in page.withdrawals] == [20]
    assert api.seen[0].target == "/vendor/crypto_withdrawals"
    with pytest.raises(ProviderProtocolError, match="another page"):
        user.list_crypto_withdrawals(2)
    assert api.seen[1].target == "/vendor/crypto_withdrawals?page=2"


def fund(client: QuoineExchangeClient) -> Any:
    return client.fund_account(9478, YEN, request_id="jb-request-01", notes="n")


ABOUT_OTHERS: dict[str, tuple[str, str, Any, Callable[[Any], Any]]] = {
    "another user made": (
        "vendor",
        "POST /users/",
        read_case("create_user") | {"ext_id": "x"},
        lambda client: client.create_user("vendor-user-id"),
    ),
    "another user changed": (
        "vendor",
        "PUT /users/1200",
        read_case("update_user") | {"id": 1201},
        lambda client: client.update_user(1200),
    ),
    "another account": (
        "vendor",
        "PUT /accounts/9478/fund",
        read_case("fund_account") | {"id": 9479},
        fund,
    ),
    "another currency": (
        "vendor",
        "PUT /accounts/9478/fund",
        read_case("fund_account") | {"currency": "USD"},
        fund,
    ),
    "another request": (
        "vendor",
        "PUT /accounts/9478/fund",
        read_case("fund_account") | {"request_id": "jb-request-02"},
        fund,
    ),
    "an account twice": (
        "vendor",
        "GET /users/1200/accounts",
        read_case("list_accounts") * 2,
        lambda client: client.list_accounts(1200),
    ),
    "another address": (
        "user",
        "POST /crypto_withdrawals/",
        read_case("create_crypto_withdrawal") | {"address": "1BoatSLRHtKNngkdXEeob"},
        lambda client: client.create_crypto_withdrawal(HALF, ADDRESS),
    ),
    "another amount": (
        "user",
        "POST /crypto_withdrawals/",
        read_case("create_crypto_withdrawal") | {"amount": "0.6"},
        lambda client: client.create_crypto_withdrawal(HALF, ADDRESS),
    ),
    "another coin": (
        "user",
        "POST /crypto_withdrawals/",
        read_case("create_crypto_withdrawal") | {"currency": "LTC"},
        lambda client: client.create_crypto_withdrawal(HALF, ADDRESS),
    ),
    "another withdrawal": (
        "user",
        "GET /crypto_withdrawals/20",
        read_case("get_crypto_withdrawal") | {"id": 21},
        lambda client: client.get_crypto_withdrawal(20),
    ),
}


@pytest.mark.parametrize("name", ABOUT_OTHERS)
def test_answers_about_something_else_are_refused(
    api: FakeApi, client: QuoineExchangeClient, user: QuoineUserClient, name: str
) -> None:
    signer, endpoint, answer, call = ABOUT_OTHERS[name]
    api.put(endpoint, answer)
    with pytest.raises(ProviderProtocolError) as caught:
        call(client if signer == "vendor" else user)
    assert "myUserSecret" not in caught.value.evidence


def test_a_request_id_that_is_not_said_back_is_no_error(
    api: FakeApi, client: QuoineExchangeClient
) -> None:
    answer = {k: v for k, v in read_case("fund_account").items() if k != "request_id"}
    api.put("PUT /accounts/9478/fund", answer)
    assert fund(client).request_id is None


@pytest.mark.parametrize("status", [429, 503])
def test_reading_backs_off_and_is_repeated(
    api: FakeApi, client: QuoineExchangeClient, status: int
) -> None:
    api.put(
        "GET /users/1200/accounts",
        (status, read_case("error_message")),
        read_case("list_accounts"),
    )
    assert client.list_accounts(1200)
    first, second = api.seen
    assert first.headers["Nonce"] != second.headers["Nonce"]


@pytest.mark.parametrize("status", [429, 503])
def test_repeating_is_bounded(
    api: FakeApi, client: QuoineExchangeClient, status: int
) -> None:
    api.put("GET /users/1200/accounts", (status, read_case("error_message")))
    with pytest.raises(ProviderUnavailable):
        client.list_accounts(1200)
    assert 2 <= len(api.seen) <= 3


def test_a_long_wait_that_is_asked_for_is_left_to_the_caller(
    api: FakeApi, client: QuoineExchangeClient
) -> None:
    api.headers["Retry-After"] = "30"
    api.put("GET /users/1200/accounts", (429, read_case("error_message")))
    with pytest.raises(ProviderRateLimited) as caught:
        client.list_accounts(1200)
    assert len(api.seen) == 1
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("status", [429, 500, 503])
def test_moving_money_is_never_repeated_by_itself(
    api: FakeApi, client: QuoineExchangeClient, user: QuoineUserClient, status: int
) -> None:
    for endpoint in ("PUT /accounts/9478/fund", "POST /crypto_withdrawals/"):
        api.put(endpoint, (status, read_case("error_message")))
    with pytest.raises(ProviderUnavailable):
        fund(client)
    with pytest.raises(ProviderUnavailable):
        user.create_crypto_withdrawal(HALF, ADDRESS)
    assert len(api.seen) == 2


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("API usage limit reached", ProviderRateLimited),
        ("an API call you don't have access to", ProviderAuthError),
        ("An internal error on Authy", ProviderUnavailable),
    ],
)
def test_a_503_has_three_meanings(
    api: FakeApi, client: QuoineExchangeClient, words: str, kind: type[Exception]
) -> None:
    api.put("PUT /accounts/9478/fund", (503, {"status": "fail", "message": words}))
    with pytest.raises(kind) as caught:
        fund(client)
    assert type(caught.value) is kind


def test_both_shapes_of_error_are_read(
    api: FakeApi, client: QuoineExchangeClient
) -> None:
    api.put("PUT /accounts/9478/fund", (422, read_case("error_fields")))
    with pytest.raises(ProviderRefused, match="amount is not a number"):
        fund(client)
    with pytest.raises(ProviderRefused, match="Account not found"):
        client.list_accounts(9)


def test_secrets_are_in_no_error_and_no_log(
    api: FakeApi,
    client: QuoineExchangeClient,
    user: QuoineUserClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"no {SECRET} {USER_SECRET} {AUTH_CODE}"}
    api.put("PUT /accounts/9478/fund", (400, echo))
    api.put("POST /crypto_withdrawals/", (400, echo))
    # A secret that is told for the first time is in no evidence either.
    api.put("POST /users/", {"secret": "myUserSecret", "id": "odd"})
    shown = ""
    for call, hidden in (
        (lambda: fund(client), SECRET),
        (lambda: user.create_crypto_withdrawal(HALF, ADDRESS), AUTH_CODE),
        (lambda: client.create_user("vendor-user-id"), "myUserSecret"),
    ):
        with pytest.raises((ProviderRefused, ProviderProtocolError)) as caught:
            call()
        text = repr(caught.value) + repr(vars(caught.value))
        assert hidden not in text
        shown += text
    assert USER_SECRET not in repr(user) + caplog.text
    assert SECRET not in repr(client) + caplog.text
    assert "myUserSecret" not in caplog.text
