"""The client: sessions and tokens, the merchant's, a buyer's and the platform's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from checkout_kit import ProviderAuthError, ProviderError, ProviderProtocolError
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.tokens import TokenExpired, TokenWriter
from tests.plugins.cryptocoin_pro.fake_api import (
    EMAIL,
    ID,
    PASSWORD,
    PLATFORM_ID,
    USER_ID,
    FakeApi,
    FakeClock,
    read_case,
    settings_for,
)
from tests.plugins.cryptocoin_pro.keys import claims_of, private_pem, rsa_key
from tests.plugins.cryptocoin_pro.shop_side import seconds


def test_a_session_serves_until_shortly_before_its_end(
    api: FakeApi, client: CryptocoinProClient, clock: FakeClock
) -> None:
    api.elsewhere = lambda seen: read_case("get_user")
    client.users.get()
    clock.advance(1209600 - 3700)
    client.users.get()
    assert api.logins == 1
    clock.advance(200)
    client.users.get()
    assert api.logins == 2


def test_a_401_is_answered_by_one_new_session(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    unknown = (401, {"error": "Unauthenticated."})
    api.put(f"GET /user/{USER_ID}", unknown, read_case("get_user"))
    assert client.users.get().may_trade
    assert api.logins == 2
    api.put(f"GET /user/{USER_ID}", unknown)
    with pytest.raises(ProviderAuthError):
        client.users.get()
    assert api.logins == 3


def test_the_merchant_logs_in_by_platform_or_password(
    api: FakeApi, client: CryptocoinProClient, clock: FakeClock
) -> None:
    api.elsewhere = lambda seen: read_case("get_user")
    client.users.get()
    claims = claims_of(api.seen[0].headers["Token"])
    assert claims == {"email": EMAIL, "expire": seconds() + 60}
    other = CryptocoinProClient(settings_for(api.url, password=PASSWORD), clock)
    other.users.get()
    assert api.seen[-2].data == {"email": EMAIL, "password": PASSWORD}
    other.close()


def test_a_buyer_is_logged_in_by_his_id(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    order_id = "f7cd7280-b75c-45ac-ac26-193162e74fc1"
    api.elsewhere = lambda seen: read_case("get_user_order_one")
    assert client.orders.get(order_id, user_id=ID).request_id == "97"
    assert claims_of(api.seen[0].headers["Token"])["id"] == ID


def test_a_token_that_is_over_is_never_signed() -> None:
    now = datetime(2026, 1, 5, tzinfo=timezone.utc)
    writer = TokenWriter(private_pem(rsa_key()), timedelta(seconds=60))
    with pytest.raises(TokenExpired):
        writer.write_until({"platform": "1"}, now, now)


def test_credentials_that_are_refused_say_so(
    api: FakeApi, client: CryptocoinProClient
) -> None:
    refusal = {"message": "No valid data sent", "errors": {"expire": "Invalid time"}}
    api.put(f"POST /authenticate-jwt/{PLATFORM_ID}", (403, refusal))
    with pytest.raises(ProviderAuthError, match="does not let us in"):
        client.users.get()


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"id": "short", "ttl": 1, "userId": USER_ID}},
        {"data": {"id": "t" * 60, "ttl": 100, "userId": "../bank"}},
        {"id": "t" * 60},
        '{"data": {"id": "' + "t" * 60,
    ],
)
def test_an_odd_session_tells_nothing_of_its_token(
    answer: Any, api: FakeApi, client: CryptocoinProClient
) -> None:
    api.put(f"POST /authenticate-jwt/{PLATFORM_ID}", answer)
    with pytest.raises(ProviderProtocolError) as caught:
        client.users.get()
    assert "tttt" not in repr(vars(caught.value)) + str(caught.value)


def test_without_a_platform_its_calls_say_what_is_missing(
    api: FakeApi, clock: FakeClock
) -> None:
    settings = settings_for(
        api.url, password=PASSWORD, platform_id=None, private_key=None
    )
    client = CryptocoinProClient(settings, clock)
    with pytest.raises(ProviderError, match="platform_id"):
        client.platform.list_orders()
    client.close()
