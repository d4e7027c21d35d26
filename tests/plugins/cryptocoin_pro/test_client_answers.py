"""The client: errors of all shapes, pages, and answers that are not what was asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    InputError,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.refusals import QuoteRefused
from tests.plugins.cryptocoin_pro.fake_api import ID, USER_ID, FakeApi, read_case


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Not here."}, "Not here."),
        ({"message": "No query results."}, "No query results."),
        ({"message": "Odd", "errors": {"currency": ["is invalid"]}}, "currency is inv"),
        ({"message": "Odd", "errors": {}}, "Odd"),
        ({"message": "No", "errors": {"expire": "must be later"}}, "expire must be"),
    ],
)
@pytest.mark.parametrize("status", [400, 405, 406, 409, 410, 412, 421, 422, 423, 425])
def test_errors_of_every_shape_and_status_are_refusals(
    body: Any, words: str, status: int, api: FakeApi, client: CryptocoinProClient
) -> None:
    api.put(f"GET /user/{USER_ID}/kyc", (status, body))
    with pytest.raises(ProviderRefused) as caught:
        client.kyc.get()
    assert words in str(caught.value)
    assert not isinstance(caught.value, ProviderAuthError)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (403, "This action is unauthorized.", ProviderAuthError),
        (409, "This action is unauthorized.", ProviderAuthError),
        (403, "Your account is inactive.", ProviderAuthError),
        (403, "This quote has expired.", QuoteRefused),
        (403, "This quote is already processed.", QuoteRefused),
        (403, "Unable to process your request.", ProviderRefused),
        (409, "Password cannot be changed.", ProviderRefused),
    ],
)
def test_a_403_means_many_things(
    status: int,
    message: str,
    kind: type[Exception],
    api: FakeApi,
    client: CryptocoinProClient,
) -> None:
    api.put(f"POST /user/{USER_ID}/quote/{ID}", (status, {"message": message}))
    with pytest.raises(ProviderRefused) as caught:
        client.quotes.confirm(ID)
    assert type(caught.value) is kind
    assert caught.value.messages == (message,)


def test_tokens_and_links_are_in_no_error(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    def echo(seen: Any) -> Any:
        quote = read_case("post_user_quote")["data"] | {"total": "lots"}
        return {"data": quote | {"you sent": seen.headers["Authorization"]}}

    api.put(f"POST /user/{USER_ID}/quote", echo)
    with pytest.raises(ProviderProtocolError) as caught:
        client.quotes.create("sell_to_fiat", amount=Decimal(1), symbol="ETH")
    told = caught.value.evidence + str(caught.value)
    assert "lots" in told
    for secret in ("eyJ0", "0a1b2c3d", "accessToken"):
        assert secret not in told


def test_kyc_answers_are_never_quoted(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    odd = read_case("get_user_kyc")
    odd["data"]["level"] = "high"
    api.put(f"GET /user/{USER_ID}/kyc", odd)
    with pytest.raises(ProviderProtocolError) as caught:
        client.kyc.get()
    assert "Smith" not in repr(vars(caught.value))


@pytest.mark.parametrize("spelling", ["last_page current_page", "lastPage currentPage"])
def test_pages_are_read_where_meta_says_that_there_are_more(
    spelling: str, api: FakeApi, client: CryptocoinProClient
) -> None:
    last, current = spelling.split()

    def page(seen: Any) -> Any:
        number = int(seen.query.get("page", "1"))
        case: dict[str, Any] = read_case("get_user_order")
        return case | {"meta": {last: 3, current: number}}

    api.put(f"GET /user/{USER_ID}/order", page)
    assert len(client.orders.list(operation="deposit")) == 3
    queries = [seen.query for seen in api.calls(f"GET /user/{USER_ID}/order")]
    assert queries[1:] == [
        {"typeOperationName": "deposit", "page": "2"},
        {"typeOperationName": "deposit", "page": "3"},
    ]


def test_a_page_that_repeats_is_no_page(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    meta = {"lastPage": 2, "currentPage": 1}
    api.put(f"GET /user/{USER_ID}/order", read_case("get_user_order") | {"meta": meta})
    with pytest.raises(ProviderProtocolError, match="another page"):
        client.orders.list()


def test_a_strangers_odd_item_hides_no_other(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    order = read_case("get_user_order")["data"][0]
    odd = order | {"id": "bad", "toAmount": "-1"}
    api.put(f"GET /user/{USER_ID}/order", {"data": [odd, order, "nonsense"]})
    listed = client.orders.list()
    assert [found.id for found in listed] == [order["id"]]
    assert [broken.id for broken in listed.broken] == ["bad", None]


@pytest.mark.parametrize("value", ["../quote", "", "a/b", "a?b", "é", "x" * 65])
def test_ids_are_checked_before_they_go_into_a_url(
    value: str, client: CryptocoinProClient
) -> None:
    for call in (
        lambda: client.quotes.get(value),
        lambda: client.securities.invalidate_token(value),
        lambda: client.rates.buy("EUR", value),
    ):
        with pytest.raises(InputError):
            call()


def test_an_answer_about_something_else_is_refused(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    api.put(f"GET /user/{USER_ID}/quote/{ID}", read_case("get_user_quote_one"))
    api.put(
        f"GET /user/{USER_ID}/price/sell/XBT/EUR",
        read_case("get_user_price_sell_one_one"),
    )
    with pytest.raises(ProviderProtocolError, match="another quote"):
        client.quotes.get(ID)
    with pytest.raises(ProviderProtocolError, match="another pair"):
        client.rates.sell("XBT", "EUR")
