"""The client: every call as documented."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.http import FormFile
from checkout_kit_cryptocoin_pro.answers import Listing
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from tests.plugins.cryptocoin_pro.fake_api import (
    ID,
    PLATFORM_ID,
    USER_ID,
    FakeApi,
    read_case,
)
from tests.plugins.cryptocoin_pro.keys import claims_of
from tests.plugins.cryptocoin_pro.shop_side import seconds

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
        assert claims_of(last.headers["Token"])["expire"] > seconds()
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
