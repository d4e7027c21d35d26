"""What a platform of the simulator sees of its users, and changes of itself."""

from __future__ import annotations

from typing import Any

from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_PLATFORM_ID
from tests.plugins.cryptocoin_pro.simulator_caller import (
    Caller,
    checkouts,
    fields,
    keys_of,
    orders_of,
    pay,
)
from tests.plugins.cryptocoin_pro.simulator_documents import (
    CHECKOUT,
    PLATFORM,
    TRANSFER,
)


def test_the_platform_looks_into_its_users_order(merchant: Caller) -> None:
    page = merchant.visit()
    pay(merchant, page, "approve")
    (checkout,) = checkouts(merchant)
    answer = merchant.http.post(
        f"/api/v1/authenticate-jwt/{SIMULATOR_PLATFORM_ID}",
        headers={"token": merchant.sign({"email": "buyer@example.com"})},
    )
    session = answer.get_json()["data"]
    headers = {"Authorization": f"Bearer {session['id']}"}
    base = f"/api/v1/user/{session['userId']}"

    def get(path: str) -> Any:
        return merchant.http.get(base + path, headers=headers).get_json()["data"]

    order_id = orders_of(merchant)["buy_with_fiat"]["id"]
    nested = get(f"/order/{order_id}")["quote"]["checkout"]
    parts = {n: v for n, v in CHECKOUT.items() if n != "user"}
    assert keys_of(nested) == parts
    assert (nested["id"], nested["requestId"]) == (checkout["id"], "invoice:1")
    listed = get("/checkout?status=finished")
    assert keys_of(listed) == [
        {
            **{n: v for n, v in CHECKOUT.items() if n[-2:] != "At"},
            "externalPlatform": PLATFORM,
            **fields("expiredAt createdAt"),
        }
    ]
    assert listed[0]["url"] is None
    assert get("/checkout?status=created") == []
    single = get(f"/checkout/{checkout['id']}")
    assert set(listed[0]) - set(single) == {"redirectUrl", "pingUrl"}
    assert merchant.call("GET", f"/checkout/{checkout['id']}").status_code == 404


def test_a_platform_and_its_change(merchant: Caller) -> None:
    platform = merchant.platform().get_json()["data"]
    assert list(platform) == [
        *("id", "name", "code", "baseUrl", "ien", "integrations", "colorCode"),
        *("reference", "levels", "paymentMethods", "currencies", "createdAt"),
    ]
    levels = [(level["level"], level["max"]["sell"]) for level in platform["levels"]]
    assert levels == [
        ("1", 2500),
        ("2", 20000),
        ("3", 30000),
        ("4", 25000),
        ("5", 100000),
    ]
    assert list(platform["currencies"]) == ["coins", "tokens", "fiats"]
    assert "history" not in platform["currencies"]["coins"][0]["rates"]["raw"]
    body = {
        "name": "Other",
        "baseUrl": "https://other.example.com/",
        "ienUrl": "https://other.example.com/ien",
        "ienType": "hmac",
        "colorCode": "#ffffff",
    }

    def update(**changes: str) -> Any:
        return merchant.http.post(
            f"/api/v1/platform/{SIMULATOR_PLATFORM_ID}",
            headers={"token": merchant.sign({"platform": SIMULATOR_PLATFORM_ID})},
            json={**body, **changes},
        )

    changed = update().get_json()["data"]
    assert changed["ien"] == {"url": "https://other.example.com/ien", "type": "hmac"}
    assert (changed["name"], changed["colorCode"]) == ("Other", "#ffffff")
    for field, value in (("colorCode", "red"), ("ienType", "x"), ("baseUrl", "x")):
        refused = update(**{field: value})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (
            422,
            [field],
        )


def test_staff_and_transfers_of_a_platform(merchant: Caller) -> None:
    staff = merchant.platform("/staff").get_json()
    assert keys_of(staff["data"]) == [
        fields("id userId email firstName lastName isActive role")
    ]
    meta = {"total": 1, "current_page": 1, "per_page": 25, "last_page": 1}
    assert staff["meta"] == meta
    body = {"action": "send", "amount": "1", "type": "coin", "symbol": "ETH"}
    merchant.post("/transfer", {**body, "user": "neighbour@example.com"})
    (transfer,) = merchant.platform("/transfer").get_json()["data"]
    assert keys_of(transfer) == {**TRANSFER, **fields("type symbol confirmUrl")}
