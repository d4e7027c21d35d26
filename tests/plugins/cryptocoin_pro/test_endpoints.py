"""Every endpoint of the document has a method, and a row in the documentation."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.client.resource import Resource
from tests.plugins.cryptocoin_pro.fake_api import FakeClock, settings_for

#: Endpoint → line of the (condensed) document that names it, and our method.
ENDPOINTS = {
    "POST /authenticate-jwt/{platform}": (45, "authentication.log_in_by_platform"),
    "POST /authenticate": (90, "authentication.log_in"),
    "POST /user/logout": (119, "authentication.log_out"),
    "POST /user/{user}/bank": (171, "banks.create"),
    "GET /user/{user}/bank": (225, "banks.list"),
    "GET /user/{user}/bank/{bank}": (275, "banks.get"),
    "DELETE /user/{user}/bank/{bank}": (318, "banks.delete"),
    "POST /user/{user}/card": (378, "cards.create"),
    "GET /user/{user}/card": (435, "cards.list"),
    "GET /user/{user}/card/{card}": (486, "cards.get"),
    "POST /user/{user}/card/{card}": (548, "cards.update"),
    "DELETE /user/{user}/card/{card}": (599, "cards.delete"),
    "GET /user/{user}/checkout": (679, "checkouts.list"),
    "GET /user/{user}/checkout/{checkout}": (756, "checkouts.get"),
    "GET /countries": (1917, "catalogue.list_countries"),
    "GET /user/{user}/currencies/{asset?}": (2133, "catalogue.list_assets"),
    "GET /user/{user}/currencies/{asset}/history/{period}": (
        2177,
        "catalogue.list_rates",
    ),
    "POST /user/{user}/deposit": (2254, "deposits.create"),
    "POST /user/{user}/deposit/address": (2311, "deposits.create_address"),
    "GET /user/{user}/kyc": (2459, "kyc.get"),
    "POST /user/{user}/kyc": (2635, "kyc.create"),
    "POST /user/{user}/kyc/personal-data": (2694, "kyc.create_personal_data"),
    "POST /user/{user}/kyc/address": (2747, "kyc.create_address"),
    "POST /user/{user}/kyc/document": (2913, "kyc.create_document"),
    "POST /user/{user}/kyc/video": (3066, "kyc.schedule_video"),
    "POST /user/{user}/kyc/edd": (3232, "kyc.create_due_diligence"),
    "POST /user/{user}/kyc/phone/add": (3298, "kyc.add_phone"),
    "POST /user/{user}/kyc/phone/verify": (3351, "kyc.verify_phone"),
    "POST /user/{user}/kyc/phone/reverify": (3396, "kyc.reverify_phone"),
    "GET /user/{user}/notifications/permanently": (
        3488,
        "notifications.list_permanent",
    ),
    "GET /user/{user}/notifications/temporary/{notification_id?}": (
        3549,
        "notifications.list_temporary",
    ),
    "POST /user/{user}/notifications/temporary/mark-as-read": (
        3611,
        "notifications.mark_as_read",
    ),
    "GET /user/{user}/order": (3698, "orders.list"),
    "GET /user/{user}/order/coin": (3791, "orders.list_coins"),
    "GET /user/{user}/order/token": (3884, "orders.list_tokens"),
    "GET /user/{user}/order/{order}": (4013, "orders.get"),
    "POST /user/{user}/order/{order}/payment-confirmation": (4068, "orders.send_proof"),
    "GET /platform/{platform}": (4394, "platform.get"),
    "POST /platform/{platform}": (4721, "platform.update"),
    "GET /platform/{platform}/staff": (4784, "platform.list_staff"),
    "GET /platform/{platform}/user": (4831, "platform.list_users"),
    "GET /platform/{platform}/order": (4932, "platform.list_orders"),
    "GET /platform/{platform}/quote": (5030, "platform.list_quotes"),
    "GET /platform/{platform}/checkout": (5105, "platform.list_checkouts"),
    "GET /platform/{platform}/transfer": (5188, "platform.list_transfers"),
    "GET /platform/{platform}/call": (5237, "platform.list_calls"),
    "POST /user/{user}/quote": (5320, "quotes.create"),
    "GET /user/{user}/quote": (5408, "quotes.list"),
    "GET /user/{user}/quote/{quote}": (5520, "quotes.get"),
    "POST /user/{user}/quote/{quote}": (5640, "quotes.confirm"),
    "GET /user/{user}/price/buy/{from}/{to}": (5707, "rates.buy"),
    "GET /user/{user}/price/sell/{from}/{to}": (5769, "rates.sell"),
    "GET /user/{user}/price/withdraw/{from}/{to}": (5831, "rates.withdraw"),
    "GET /user/{user}/price/withdraw-ico/{from}/{to}": (5893, "rates.withdraw_ico"),
    "GET /user/{user}/securities": (5941, "securities.list"),
    "GET /user/{user}/securities/access": (5987, "securities.list_tokens"),
    "POST /user/{user}/securities/change-password": (
        6033,
        "securities.change_password",
    ),
    "POST /user/{user}/securities/invalidate/{token}": (
        6075,
        "securities.invalidate_token",
    ),
    "GET /user/{user}/transfer": (6152, "transfers.list"),
    "POST /user/{user}/transfer": (6232, "transfers.create"),
    "GET /user/{user}/transfer/by": (6313, "transfers.list_made"),
    "GET /user/{user}/transfer/from": (6388, "transfers.list_sent"),
    "GET /user/{user}/transfer/to": (6463, "transfers.list_received"),
    "GET /user/{user}/transfer/{transfer}": (6536, "transfers.get"),
    "POST /user/{user}/transfer/{transfer}": (6612, "transfers.confirm"),
    "POST /user/forgot-password": (6655, "users.forget_password"),
    "POST /user/reset-password": (6694, "users.reset_password"),
    "POST /user": (6768, "users.create"),
    "POST /user/verify": (6823, "users.verify"),
    "POST /user/reverify": (6859, "users.reverify"),
    "GET /user/{user}": (7083, "users.get"),
    "GET /user/{user}/balances/{asset?}": (7191, "users.list_balances"),
    "POST /user/{user}/account/close/initiate": (7238, "users.initiate_closing"),
    "POST /user/{user}/account/close/abort": (7271, "users.abort_closing"),
    "GET /user/{user}/wallet": (7320, "wallets.list"),
    "POST /user/{user}/wallet": (7375, "wallets.create"),
    "GET /user/{user}/wallet/{wallet}": (7425, "wallets.get"),
    "POST /user/{user}/wallet/{wallet}": (7479, "wallets.update"),
}
PAGE = Path(__file__).parents[3] / "docs" / "providers" / "cryptocoin_pro.md"


@pytest.fixture
def client() -> CryptocoinProClient:
    return CryptocoinProClient(settings_for("http://127.0.0.1:1"), FakeClock())


def test_the_document_has_78_endpoints_and_the_client_as_many_methods(
    client: CryptocoinProClient,
) -> None:
    methods = {
        f"{name}.{method}"
        for name, part in vars(client).items()
        if isinstance(part, Resource)
        for method, _ in inspect.getmembers(part, inspect.ismethod)
        if not method.startswith("_")
    }
    assert len(ENDPOINTS) == 78
    assert {method for _, method in ENDPOINTS.values()} == methods


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_each_method_names_its_endpoint(
    endpoint: str, client: CryptocoinProClient
) -> None:
    part, _, method = ENDPOINTS[endpoint][1].partition(".")
    found = getattr(getattr(client, part), method)
    assert f"({endpoint})" in (found.__doc__ or "")


def test_the_docs_page_has_a_row_for_each_endpoint() -> None:
    rows = re.findall(
        r"^\| `(\w+ /\S*)` \| `([\w.]+)` \|", PAGE.read_text("utf-8"), re.M
    )
    assert dict(rows) == {name: method for name, (_, method) in ENDPOINTS.items()}
