from __future__ import annotations

import base64
import hashlib
import hmac
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
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
from checkout_kit_quoine_pay import client as client_module
from checkout_kit_quoine_pay.client import QuoinePayClient
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_pay.fake_api import (
    SECRET,
    make_clock,
    make_settings,
    read_case,
    running_api,
)

USD = "USD"

# The heading of each endpoint in the API document, and the client's method for it.
ENDPOINTS = {
    "POST /invoices": "create_invoice",
    "GET /invoices/{id}": "get_invoice",
    "GET /invoices": "list_invoices",
    "GET /profile": "get_profile",
    "POST /payments_callback_url": "set_callback",
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        yield api


@pytest.fixture
def client(api: FakeApi) -> Iterator[QuoinePayClient]:
    client = QuoinePayClient(make_settings(api.url), make_clock())
    yield client
    client.close()


def check_signature(seen: Seen, secret: str = SECRET) -> None:
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
    assert headers["Authorization"] == f"APIAuth 1:{expected}"


def test_a_request_is_signed_exactly_as_sent(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("GET /invoices", read_case("list_invoices"))
    client.list_invoices(2, 5)
    (seen,) = api.seen
    assert seen.target == "/api/v1/invoices?page=2&per=5"
    assert "Content-Md5" not in seen.headers
    assert seen.headers["Date"] == "Fri, 08 Aug 2014 10:40:13 GMT"
    check_signature(seen)


def test_a_body_is_bound_by_its_hash(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("POST /invoices", read_case("create_invoice"))
    client.create_invoice(Money("500.00", USD), data="any data")
    (seen,) = api.seen
    digest = hashlib.md5(seen.body, usedforsecurity=False).digest()
    assert seen.headers["Content-Md5"] == base64.b64encode(digest).decode()
    assert seen.headers["Content-Type"] == "application/json"
    check_signature(seen)


def test_the_hash_can_be_left_out(api: FakeApi) -> None:
    client = QuoinePayClient(make_settings(api.url, content_md5=False), make_clock())
    api.put("POST /invoices", read_case("create_invoice"))
    client.create_invoice(Money("500.00", USD), data="any data")
    assert "Content-Md5" not in api.seen[0].headers
    check_signature(api.seen[0])
    client.close()


def test_a_signed_prefix_takes_the_base_paths_place(api: FakeApi) -> None:
    client = QuoinePayClient(make_settings(api.url, signed_prefix=""), make_clock())
    api.put("GET /profile", read_case("get_profile"))
    client.get_profile()
    (seen,) = api.seen
    assert seen.target == "/api/v1/profile"
    check_signature(replace(seen, target="/profile"))
    client.close()


def test_a_nonce_is_never_used_again(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("GET /profile", (503, read_case("error_message")), read_case("get_profile"))
    for _ in range(3):
        client.get_profile()
    nonces = [seen.headers["Nonce"] for seen in api.seen]
    assert len(nonces) == 4
    assert len(set(nonces)) == len(nonces)
    assert all(re.fullmatch(r"[0-9a-z]{32}", nonce) for nonce in nonces)
    for seen in api.seen:
        check_signature(seen)


def test_create_invoice(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("POST /invoices", read_case("create_invoice"))
    answer = client.create_invoice(
        Money("500.00", USD), name="invoice name", data="any data"
    )
    assert api.seen[0].data == {
        "price": "500.00",
        "name": "invoice name",
        "data": "any data",
    }
    assert (answer.id, answer.btc_price) == (1, Decimal("0.5"))


def test_an_invoice_with_other_data_is_not_ours(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("POST /invoices", read_case("create_invoice"))
    with pytest.raises(ProviderProtocolError, match="other data"):
        client.create_invoice(Money("500.00", USD), data="invoice:1")


def test_get_invoice(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("GET /invoices/1", read_case("get_invoice"))
    assert client.get_invoice(1).btc_balance == Decimal("0.5")


def test_an_answer_about_another_invoice_is_refused(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("GET /invoices/7", read_case("get_invoice"))
    with pytest.raises(ProviderProtocolError, match="another invoice"):
        client.get_invoice(7)


def test_list_invoices(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("GET /invoices", read_case("list_invoices"))
    page = client.list_invoices()
    assert [invoice.id for invoice in page.invoices] == [1, 2]
    assert (page.next_page, page.total_pages, page.total_count) == (2, 2, 8)


def test_one_odd_item_does_not_hide_the_others(
    api: FakeApi, client: QuoinePayClient
) -> None:
    answer = read_case("list_invoices")
    answer["invoices"][0]["system_status"] = "melted"
    answer["invoices"].append("...")
    api.put("GET /invoices", answer)
    page = client.list_invoices()
    assert [invoice.id for invoice in page.invoices] == [2]
    assert [(item.id, item.data) for item in page.broken] == [
        (1, "any data"),
        (None, None),
    ]


def test_get_profile(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("GET /profile", read_case("get_profile"))
    profile = client.get_profile()
    assert profile.currency == "USD"
    assert profile.callback == "https://merchant.example.com/callback"
    assert "Demo" not in repr(profile)


def test_set_callback(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("POST /payments_callback_url", read_case("set_callback"))
    client.set_callback("https://merchant.example.com/callback")
    assert api.seen[0].data == {"callback": "https://merchant.example.com/callback"}


def test_a_callback_that_was_not_taken_over_is_an_error(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("POST /payments_callback_url", read_case("set_callback"))
    with pytest.raises(ProviderProtocolError, match="not taken over"):
        client.set_callback("https://shop.example.com/x")


def test_both_shapes_of_error_are_read(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("POST /invoices", (422, read_case("error_fields")))
    with pytest.raises(ProviderRefused) as first:
        client.create_invoice(Money("500.00", USD))
    assert first.value.messages == ("price can't be blank",)
    with pytest.raises(ProviderRefused) as second:
        client.get_invoice(9)
    assert second.value.messages == ("Invoice not found",)
    assert second.value.status == 404


def test_a_failure_with_status_200_is_one(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("GET /invoices/1", read_case("error_message"))
    with pytest.raises(ProviderRefused, match="Invoice not found"):
        client.get_invoice(1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("API usage limit reached", ProviderRateLimited),
        ("You are accessing an API call you don't have access too", ProviderAuthError),
        ("An internal error on Authy.", ProviderUnavailable),
    ],
)
def test_503_means_three_things_and_is_repeated_a_few_times_only(
    api: FakeApi, client: QuoinePayClient, words: str, expected: type[Exception]
) -> None:
    api.put("GET /profile", (503, {"status": "fail", "message": words}))
    with pytest.raises(expected) as caught:
        client.get_profile()
    assert type(caught.value) is expected
    assert 1 <= len(api.seen) <= 3


def test_making_an_invoice_is_never_repeated_by_itself(
    api: FakeApi, client: QuoinePayClient
) -> None:
    api.put("POST /invoices", (503, read_case("error_message")))
    with pytest.raises(ProviderUnavailable):
        client.create_invoice(Money("500.00", USD))
    assert len(api.seen) == 1


def test_wrong_credentials(api: FakeApi, client: QuoinePayClient) -> None:
    api.put("GET /profile", (401, {"status": "fail", "message": "Token is invalid"}))
    with pytest.raises(ProviderAuthError, match="Token is invalid"):
        client.get_profile()


def test_no_secret_leaves_the_client(
    api: FakeApi, client: QuoinePayClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    api.put(
        "GET /profile",
        lambda seen: {"echo": [SECRET, seen.headers["Authorization"]], "currency": "?"},
    )
    with pytest.raises(ProviderProtocolError) as caught:
        client.get_profile()
    settings = make_settings(api.url)
    for text in (
        str(caught.value),
        caught.value.evidence,
        repr(client),
        repr(settings),
        *(r.getMessage() for r in caplog.records if r.name.startswith("checkout_kit")),
    ):
        assert SECRET not in text


def test_every_endpoint_is_a_method_of_the_client() -> None:
    own: list[tuple[str, Any]] = inspect.getmembers(QuoinePayClient, inspect.isfunction)
    public = {name for name, _ in own if not name.startswith("_")} - {"close"}
    assert public == set(ENDPOINTS.values())
    paths = {
        client_module.INVOICES,
        client_module.INVOICE,
        client_module.PROFILE,
        client_module.CALLBACK_URL,
    }
    assert paths == {endpoint.partition(" ")[2] for endpoint in ENDPOINTS}
    for endpoint, name in ENDPOINTS.items():
        assert f"({endpoint})" in (inspect.getdoc(getattr(QuoinePayClient, name)) or "")
