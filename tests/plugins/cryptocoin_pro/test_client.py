"""The client: every call as documented, sessions, tokens, errors of all shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jwt
import pytest

from checkout_kit import (
    InputError,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit.http import FormFile
from checkout_kit_cryptocoin_pro.answers import Listing
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.refusals import QuoteRefused
from checkout_kit_cryptocoin_pro.tokens import TokenExpired, TokenWriter
from tests.plugins.cryptocoin_pro.fake_api import (
    EMAIL,
    PASSWORD,
    PLATFORM_ID,
    USER_ID,
    FakeApi,
    FakeClock,
    read_case,
    settings_for,
)
from tests.plugins.cryptocoin_pro.keys import private_pem, public_pem, rsa_key

ID = "aa7a66a2-fbb5-422e-bc52-7912fa2c96f9"
FILE = FormFile(b"\xff\xd8\xffpicture", "picture.jpg", "image/jpeg")
#: Paths of calls that go as a form, since files may go with it.
_WITH_FILES = re.compile(
    r"/card(/|\Z)|/kyc(/address|/document|/edd)?\Z|/payment-confirmation\Z"
)


@dataclass
class Call:
    """An endpoint, the file of its example answer, and our call of it."""

    endpoint: str
    case: str
    make: Callable[[CryptocoinProClient], Any]


CALLS = [
    Call(
        "POST /authenticate-jwt/{platform}",
        "post_authenticate_jwt",
        lambda c: c.authentication.log_in_by_platform(email="buyer@example.com"),
    ),
    Call(
        "POST /authenticate",
        "post_authenticate",
        lambda c: c.authentication.log_in("a@example.com", "Secret2$"),
    ),
    Call("POST /user/logout", "post_user_logout", lambda c: c.authentication.log_out()),
    Call(
        "POST /user/{user}/bank",
        "post_user_bank",
        lambda c: c.banks.create(
            bank_name="Bank", iban="DE02", swift="AAAADEBB", currency="EUR"
        ),
    ),
    Call("GET /user/{user}/bank", "get_user_bank", lambda c: c.banks.list()),
    Call(
        "GET /user/{user}/bank/{bank}", "get_user_bank_one", lambda c: c.banks.get(ID)
    ),
    Call(
        "DELETE /user/{user}/bank/{bank}",
        "delete_user_bank_one",
        lambda c: c.banks.delete(ID),
    ),
    Call(
        "POST /user/{user}/card",
        "post_user_card",
        lambda c: c.cards.create(front=FILE, with_holder=FILE, details={}),
    ),
    Call("GET /user/{user}/card", "get_user_card", lambda c: c.cards.list()),
    Call(
        "GET /user/{user}/card/{card}", "get_user_card_one", lambda c: c.cards.get(ID)
    ),
    Call(
        "POST /user/{user}/card/{card}",
        "post_user_card_one",
        lambda c: c.cards.update(ID, front=FILE, with_holder=FILE, details={}),
    ),
    Call(
        "DELETE /user/{user}/card/{card}",
        "delete_user_card_one",
        lambda c: c.cards.delete(ID),
    ),
    Call(
        "GET /user/{user}/checkout", "get_user_checkout", lambda c: c.checkouts.list()
    ),
    Call(
        "GET /user/{user}/checkout/{checkout}",
        "get_user_checkout_one",
        lambda c: c.checkouts.get(ID),
    ),
    Call("GET /countries", "get_countries", lambda c: c.catalogue.list_countries()),
    Call(
        "GET /user/{user}/currencies/{asset?}",
        "get_user_currencies_one",
        lambda c: c.catalogue.list_assets("ETH"),
    ),
    Call(
        "GET /user/{user}/currencies/{asset}/history/{period}",
        "get_user_currencies_one_history_one",
        lambda c: c.catalogue.list_rates("ETH", "day"),
    ),
    Call(
        "POST /user/{user}/deposit",
        "post_user_deposit",
        lambda c: c.deposits.create(
            kind="coin", symbol="ETH", amount=Decimal(100), tx_id="0xccb5"
        ),
    ),
    Call(
        "POST /user/{user}/deposit/address",
        "post_user_deposit_address",
        lambda c: c.deposits.create_address("ETH", "checkout"),
    ),
    Call("GET /user/{user}/kyc", "get_user_kyc", lambda c: c.kyc.get()),
    Call(
        "POST /user/{user}/kyc",
        "post_user_kyc",
        lambda c: c.kyc.create({}, {"documents[passport]": FILE}),
    ),
    Call(
        "POST /user/{user}/kyc/personal-data",
        "post_user_kyc_personal_data",
        lambda c: c.kyc.create_personal_data(
            first_name="Mary", last_name="Smith", date_of_birth="1990-12-31"
        ),
    ),
    Call(
        "POST /user/{user}/kyc/address",
        "post_user_kyc_address",
        lambda c: c.kyc.create_address({"city": "Bonn"}),
    ),
    Call(
        "POST /user/{user}/kyc/document",
        "post_user_kyc_document",
        lambda c: c.kyc.create_document("passport", FILE),
    ),
    Call(
        "POST /user/{user}/kyc/video",
        "post_user_kyc_video",
        lambda c: c.kyc.schedule_video("2026-12-30 12:00:00"),
    ),
    Call(
        "POST /user/{user}/kyc/edd",
        "post_user_kyc_edd",
        lambda c: c.kyc.create_due_diligence({}, {"fundsOriginFile": FILE}),
    ),
    Call(
        "POST /user/{user}/kyc/phone/add",
        "post_user_kyc_phone_add",
        lambda c: c.kyc.add_phone("10000000000"),
    ),
    Call(
        "POST /user/{user}/kyc/phone/verify",
        "post_user_kyc_phone_verify",
        lambda c: c.kyc.verify_phone("111111"),
    ),
    Call(
        "POST /user/{user}/kyc/phone/reverify",
        "post_user_kyc_phone_reverify",
        lambda c: c.kyc.reverify_phone(),
    ),
    Call(
        "GET /user/{user}/notifications/permanently",
        "get_user_notifications_permanently",
        lambda c: c.notifications.list_permanent(),
    ),
    Call(
        "GET /user/{user}/notifications/temporary/{notification_id?}",
        "get_user_notifications_temporary_one",
        lambda c: c.notifications.list_temporary(ID),
    ),
    Call(
        "POST /user/{user}/notifications/temporary/mark-as-read",
        "post_user_notifications_temporary_mark_as_read",
        lambda c: c.notifications.mark_as_read(),
    ),
    Call(
        "GET /user/{user}/order",
        "get_user_order",
        lambda c: c.orders.list(operation="deposit"),
    ),
    Call(
        "GET /user/{user}/order/coin",
        "get_user_order_coin",
        lambda c: c.orders.list_coins(),
    ),
    Call(
        "GET /user/{user}/order/token",
        "get_user_order_token",
        lambda c: c.orders.list_tokens(),
    ),
    Call(
        "GET /user/{user}/order/{order}",
        "get_user_order_one",
        lambda c: c.orders.get("f7cd7280-b75c-45ac-ac26-193162e74fc1"),
    ),
    Call(
        "POST /user/{user}/order/{order}/payment-confirmation",
        "post_user_order_one_payment_confirmation",
        lambda c: c.orders.send_proof(ID, FILE),
    ),
    Call("GET /platform/{platform}", "get_platform", lambda c: c.platform.get()),
    Call(
        "POST /platform/{platform}",
        "post_platform",
        lambda c: c.platform.update(
            name="Shop",
            base_url="https://shop.example.com",
            ien_url="https://shop.example.com/ien",
            ien_type="jwt",
            colour="#ffffff",
        ),
    ),
    Call(
        "GET /platform/{platform}/staff",
        "get_platform_staff",
        lambda c: c.platform.list_staff(),
    ),
    Call(
        "GET /platform/{platform}/user",
        "get_platform_user",
        lambda c: c.platform.list_users(),
    ),
    Call(
        "GET /platform/{platform}/order",
        "get_platform_order",
        lambda c: c.platform.list_orders(),
    ),
    Call(
        "GET /platform/{platform}/quote",
        "get_platform_quote",
        lambda c: c.platform.list_quotes(),
    ),
    Call(
        "GET /platform/{platform}/checkout",
        "get_platform_checkout",
        lambda c: c.platform.list_checkouts(),
    ),
    Call(
        "GET /platform/{platform}/transfer",
        "get_platform_transfer",
        lambda c: c.platform.list_transfers(),
    ),
    Call(
        "GET /platform/{platform}/call",
        "get_platform_call",
        lambda c: c.platform.list_calls(),
    ),
    Call(
        "POST /user/{user}/quote",
        "post_user_quote",
        lambda c: c.quotes.create("sell_to_fiat", amount=Decimal("0.2"), symbol="ETH"),
    ),
    Call("GET /user/{user}/quote", "get_user_quote", lambda c: c.quotes.list()),
    Call(
        "GET /user/{user}/quote/{quote}",
        "get_user_quote_one",
        lambda c: c.quotes.get("fc0388dc-63c5-4fbe-bc53-c11ba3bdb94e"),
    ),
    Call(
        "POST /user/{user}/quote/{quote}",
        "post_user_quote_one",
        lambda c: c.quotes.confirm(ID, ID),
    ),
    Call(
        "GET /user/{user}/price/buy/{from}/{to}",
        "get_user_price_buy_one_one",
        lambda c: c.rates.buy("EUR", "XBT", from_amount=Decimal(100)),
    ),
    Call(
        "GET /user/{user}/price/sell/{from}/{to}",
        "get_user_price_sell_one_one",
        lambda c: c.rates.sell("ETH", "EUR", to_amount=Decimal("16016.00")),
    ),
    Call(
        "GET /user/{user}/price/withdraw/{from}/{to}",
        "get_user_price_withdraw_one_one",
        lambda c: c.rates.withdraw("ETH", "ETH"),
    ),
    Call(
        "GET /user/{user}/price/withdraw-ico/{from}/{to}",
        "get_user_price_withdraw_ico_one_one",
        lambda c: c.rates.withdraw_ico("IPSX", "IPSX"),
    ),
    Call(
        "GET /user/{user}/securities",
        "get_user_securities",
        lambda c: c.securities.list(),
    ),
    Call(
        "GET /user/{user}/securities/access",
        "get_user_securities_access",
        lambda c: c.securities.list_tokens(),
    ),
    Call(
        "POST /user/{user}/securities/change-password",
        "post_user_securities_change_password",
        lambda c: c.securities.change_password("old", "new"),
    ),
    Call(
        "POST /user/{user}/securities/invalidate/{token}",
        "post_user_securities_invalidate_one",
        lambda c: c.securities.invalidate_token(ID),
    ),
    Call(
        "GET /user/{user}/transfer", "get_user_transfer", lambda c: c.transfers.list()
    ),
    Call(
        "POST /user/{user}/transfer",
        "post_user_transfer",
        lambda c: c.transfers.create(
            "send", amount=Decimal(1), kind="coin", symbol="ETH", user="a@example.com"
        ),
    ),
    Call(
        "GET /user/{user}/transfer/by",
        "get_user_transfer_by",
        lambda c: c.transfers.list_made(),
    ),
    Call(
        "GET /user/{user}/transfer/from",
        "get_user_transfer_from",
        lambda c: c.transfers.list_sent(),
    ),
    Call(
        "GET /user/{user}/transfer/to",
        "get_user_transfer_to",
        lambda c: c.transfers.list_received(),
    ),
    Call(
        "GET /user/{user}/transfer/{transfer}",
        "get_user_transfer_one",
        lambda c: c.transfers.get("3290f292-d36d-45f8-a320-81c74e5d7ba8"),
    ),
    Call(
        "POST /user/{user}/transfer/{transfer}",
        "post_user_transfer_one",
        lambda c: c.transfers.confirm("3290f292-d36d-45f8-a320-81c74e5d7ba8"),
    ),
    Call(
        "POST /user/forgot-password",
        "post_user_forgot_password",
        lambda c: c.users.forget_password("a@example.com"),
    ),
    Call(
        "POST /user/reset-password",
        "post_user_reset_password",
        lambda c: c.users.reset_password("a@example.com", "token", "password"),
    ),
    Call(
        "POST /user", "post_user", lambda c: c.users.create({"email": "a@example.com"})
    ),
    Call(
        "POST /user/verify",
        "post_user_verify",
        lambda c: c.users.verify("code", email="a@example.com"),
    ),
    Call(
        "POST /user/reverify",
        "post_user_reverify",
        lambda c: c.users.reverify(email="a@example.com"),
    ),
    Call("GET /user/{user}", "get_user", lambda c: c.users.get()),
    Call(
        "GET /user/{user}/balances/{asset?}",
        "get_user_balances_one",
        lambda c: c.users.list_balances("XBT"),
    ),
    Call(
        "POST /user/{user}/account/close/initiate",
        "post_user_account_close_initiate",
        lambda c: c.users.initiate_closing("password"),
    ),
    Call(
        "POST /user/{user}/account/close/abort",
        "post_user_account_close_abort",
        lambda c: c.users.abort_closing(),
    ),
    Call("GET /user/{user}/wallet", "get_user_wallet", lambda c: c.wallets.list()),
    Call(
        "POST /user/{user}/wallet",
        "post_user_wallet",
        lambda c: c.wallets.create(address="0x1", alias="a", coin="ETH"),
    ),
    Call(
        "GET /user/{user}/wallet/{wallet}",
        "get_user_wallet_one",
        lambda c: c.wallets.get(ID),
    ),
    Call(
        "POST /user/{user}/wallet/{wallet}",
        "post_user_wallet_one",
        lambda c: c.wallets.update(ID, alias="a"),
    ),
]


@pytest.fixture
def client(api: FakeApi, clock: FakeClock) -> Iterator[CryptocoinProClient]:
    client = CryptocoinProClient(settings_for(api.url), clock)
    yield client
    client.close()


def claims_of(token: str) -> dict[str, Any]:
    assert jwt.get_unverified_header(token)["alg"] == "RS512"
    claims: dict[str, Any] = jwt.decode(
        token, public_pem(rsa_key()), algorithms=["RS512"]
    )
    return claims


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.case)
def test_each_endpoint_is_called_and_read_as_documented(
    call: Call, api: FakeApi, client: CryptocoinProClient
) -> None:
    method, _, path = call.endpoint.partition(" ")
    path = path.replace("{user}", USER_ID).replace("{platform}", PLATFORM_ID)
    pattern = re.compile(re.sub(r"\{\w+\??\}", "[A-Za-z0-9-]+", path) + r"\Z")
    api.elsewhere = lambda seen: read_case(call.case)
    result = call.make(client)
    last = api.seen[-1]
    assert last.method == method and pattern.match(last.path), last.path
    if path.startswith("/platform") or "authenticate-jwt" in path:
        assert claims_of(last.headers["Token"])["expire"] > clock_seconds()
        assert "Authorization" not in last.headers
    elif path.startswith(f"/user/{USER_ID}") or path == "/user/logout":
        assert last.headers["Authorization"] == f"Bearer {api.token}"
        assert "Token" not in last.headers
    else:
        assert "Authorization" not in last.headers
    sends_files = method == "POST" and bool(_WITH_FILES.search(path))
    assert last.content_type.startswith("multipart/form-data") == sends_files
    if isinstance(result, Listing):
        assert result.items and not result.broken and result.is_complete


def clock_seconds() -> int:
    return int(FakeClock().now().timestamp())


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
    assert claims == {"email": EMAIL, "expire": clock_seconds() + 60}
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
