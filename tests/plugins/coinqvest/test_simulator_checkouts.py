"""Creating, committing and reading checkouts of the simulator."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    create_simulator,
)

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)
BASIC = {
    "X-Basic": hashlib.sha256(
        f"{SIMULATOR_API_KEY}:{SIMULATOR_API_SECRET}".encode()
    ).hexdigest()
}
ISSUER = "GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
NAIRA = "NGNT:GAWODAROMJ33V5YDFY3NPYTHVYQG7MJXVJ2ND3AOGIHYRWINES6ACCPD"
PAPAYA = "ETH:GBDEVU63Y6NTHJQQZIKVTC23NWLQVP3WJ2RI2OTSJTNYOIGICST6DUXR"


@pytest.fixture
def client() -> FlaskClient:
    return create_simulator(clock=lambda: NOW).test_client()


def charge(amount: Any = 10, currency: str = "USD", **more: Any) -> dict[str, Any]:
    line = {"description": "T-Shirt", "netAmount": amount}
    return {"charge": {"currency": currency, "lineItems": [line], **more}}


def post(client: FlaskClient, path: str, body: object) -> TestResponse:
    return client.post("/api/v1" + path, json=body, headers=BASIC)


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get("/api/v1" + path, headers=BASIC)


def create(client: FlaskClient, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = post(client, "/checkout", body or charge())
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def commit(client: FlaskClient, checkout_id: str, asset: str) -> TestResponse:
    body = {"checkoutId": checkout_id, "assetCode": asset}
    return post(client, "/checkout/commit", body)


def total_of(client: FlaskClient, checkout_id: str) -> tuple[str, str]:
    found = client.get(f"/control/checkouts/{checkout_id}").get_json()["checkout"]
    return found["total"], found["currency"]


def test_ten_dollars_are_quoted_as_in_the_document(client: FlaskClient) -> None:
    assert create(client)["paymentMethods"] == [
        {
            "assetCode": "XLM",
            "blockchain": "Stellar Network",
            "paymentAmount": "165.7007861",
        },
        {"assetCode": "BTC", "blockchain": "Bitcoin", "paymentAmount": "0.0011102"},
        {"assetCode": "ETH", "blockchain": "Ethereum", "paymentAmount": "0.0440141"},
        {"assetCode": "LTC", "blockchain": "Litecoin", "paymentAmount": "0.1537514"},
        {"assetCode": "XRP", "blockchain": "XRP Ledger", "paymentAmount": "42.282669"},
    ]


def test_ids_are_twelve_hex_digits(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    assert len(checkout_id) == 12
    int(checkout_id, 16)


def test_small_amounts_leave_only_xlm_and_xrp(client: FlaskClient) -> None:
    methods = create(client, charge("0.01"))["paymentMethods"]
    assert [method["assetCode"] for method in methods] == ["XLM", "XRP"]


def test_quotes_are_rounded_up(client: FlaskClient) -> None:
    methods = create(client, charge("0.01"))["paymentMethods"]
    # A thousandth of the document's 165.7007861 and 42.282669.
    amounts = [method["paymentAmount"] for method in methods]
    assert amounts == ["0.1657008", "0.042283"]


@pytest.mark.parametrize(
    ("amount", "currency", "total"),
    [
        ("0.125", "USD", "0.13"),
        ("0.124", "USD", "0.12"),
        ("100.5", "JPY", "101"),
        ("1.0005", "KWD", "1.001"),
        (10.005, "EUR", "10.01"),
        ("12", "GBP", "12.00"),
        ("5000", "NGN", "5000.00"),
        ("0.5", "ETH", "0.5000000"),
    ],
)
def test_totals_are_rounded_half_up_to_minor_units(
    client: FlaskClient, amount: Any, currency: str, total: str
) -> None:
    checkout_id = create(client, charge(amount, currency))["id"]
    assert total_of(client, checkout_id) == (total, currency)


def test_the_total_follows_the_documented_formula(client: FlaskClient) -> None:
    body = charge(
        lineItems=[
            {"description": "T-Shirt", "netAmount": 10, "quantity": 3},
            {"description": "Sticker", "netAmount": "0.99", "productId": "P1234"},
        ],
        discountItems=[{"description": "Loyalty Discount", "netAmount": 0.5}],
        shippingCostItems=[
            {"description": "Post", "netAmount": 3.99, "taxable": False},
            {"description": "Wrapping", "netAmount": 2, "taxable": True},
        ],
        taxItems=[
            {"name": "CA Sales Tax", "percent": 0.0825},
            {"name": "City", "percent": "0.01"},
        ],
    )
    # net 36.48; taxable 36.48 - 3.99 = 32.49; 36.48 + 32.49 * 0.0925 = 39.485325
    assert total_of(client, create(client, body)["id"]) == ("39.49", "USD")


def test_the_documents_full_payload_is_accepted(client: FlaskClient) -> None:
    body = charge(
        customerId="716dad4c5e5f",
        discountItems=[{"description": "Loyalty Discount", "netAmount": 0.5}],
        shippingCostItems=[
            {
                "description": "Shipping and Handling",
                "netAmount": 3.99,
                "taxable": False,
            }
        ],
        taxItems=[{"name": "CA Sales Tax", "percent": 0.0825}],
    )
    body |= {
        "settlementCurrency": "USD",
        "webhook": "https://www.merchant.com/path/to/webhook",
        "blockchainRelays": {"ETH": PAPAYA},
        "links": {
            "cancelUrl": "https://www.merchant.com/path/to/cancel/checkout",
            "returnUrl": "https://www.merchant.com/path/to/complete/checkout",
        },
    }
    checkout_id = create(client, body)["id"]
    assert total_of(client, checkout_id) == ("14.27", "USD")
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    body["charge"]["currency"] = f"USD:{ISSUER}"
    assert shown["payload"] == body


ITEM = {"description": "T-Shirt", "netAmount": 10}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"charge": []},
        charge(currency="XXX"),
        charge(currency=""),
        charge(currency="USD:GABC"),
        charge(currency="USD:NATIVE"),
        charge(lineItems=[]),
        charge(lineItems=None),
        charge(lineItems={"description": "T-Shirt", "netAmount": 1}),
        charge(lineItems=["T-Shirt"]),
        charge(lineItems=[{"netAmount": 10}]),
        charge(lineItems=[{"description": " ", "netAmount": 10}]),
        charge(lineItems=[{"description": "x" * 201, "netAmount": 10}]),
        charge(lineItems=[{**ITEM, "productId": "P" * 21}]),
        charge(lineItems=[{**ITEM, "productId": 7}]),
        charge(lineItems=[{**ITEM, "quantity": 0}]),
        charge(lineItems=[{**ITEM, "quantity": 1.5}]),
        charge(lineItems=[{**ITEM, "quantity": True}]),
        charge(lineItems=[{**ITEM, "quantity": 10**30}]),
        charge(None),
        charge(True),
        charge(-1),
        charge("ten"),
        charge("1e5"),
        charge(" 10"),
        charge("\u0661\u0660"),
        charge(10**40),
        charge(1e40),
        charge(0),
        charge("0.004"),
        charge(discountItems=[{"description": "All", "netAmount": 10}]),
        charge(discountItems=[{"description": "More", "netAmount": 11}]),
        charge(discountItems=[{"netAmount": 1}]),
        charge(shippingCostItems=[{**ITEM, "taxable": "no"}]),
        charge(taxItems=[{"percent": 0.1}]),
        charge(taxItems=[{"name": "VAT", "percent": -0.1}]),
        charge(customerId=7),
        charge(customerId="nobody"),
        {**charge(), "settlementCurrency": "XXX"},
        {**charge(), "settlementCurrency": 7},
        {**charge(), "webhook": "shop.example"},
        {**charge(), "webhook": "https://shop.example/a b"},
        {**charge(), "links": "https://shop.example"},
        {**charge(), "links": {"returnUrl": "javascript:alert(1)"}},
        {**charge(), "links": {"cancelUrl": "https://[broken"}},
        {**charge(), "blockchainRelays": []},
        {**charge(), "blockchainRelays": {"DOGE": PAPAYA}},
        {**charge(), "blockchainRelays": {"ETH": "ETH:GABC"}},
        {**charge(), "blockchainRelays": {"BTC": PAPAYA}},
    ],
)
@pytest.mark.parametrize("path", ["/checkout", "/checkout/hosted"])
def test_bad_charges_are_refused(client: FlaskClient, path: str, body: object) -> None:
    answer = post(client, path, body)
    assert answer.status_code == 400
    assert all(isinstance(reason, str) for reason in answer.get_json()["errors"])
    assert answer.get_json()["errors"]


def test_all_reasons_are_told_at_once(client: FlaskClient) -> None:
    body = charge("x", "XXX", taxItems=[{"percent": "y"}])
    assert len(post(client, "/checkout", body).get_json()["errors"]) == 4


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b'{"charge": NaN}',
        b'{"charge":{"currency":"USD","lineItems":[{"description":"a",'
        b'"netAmount":1}],"x":1e999}}',
        b'{"charge":{"currency":"USD","lineItems":[{"description":"a",'
        b'"netAmount":1e99999999999999999999}]}}',
        b"[" * 30_000,
        b"9" * 5_000,
    ],
)
def test_broken_json_is_refused(client: FlaskClient, raw: bytes) -> None:
    answer = client.post("/api/v1/checkout", data=raw, headers=BASIC)
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


def test_a_body_of_any_content_type_is_read(client: FlaskClient) -> None:
    raw = (
        '{"charge":{"currency":"USD","lineItems":[{"description":"a","netAmount":1}]}}'
    )
    headers = {**BASIC, "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/api/v1/checkout", data=raw, headers=headers)
    assert answer.status_code == 200


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/checkout", data=b" " * 70_000, headers=BASIC)
    assert answer.status_code == 413
    assert answer.get_json()["errors"]


def test_unknown_paths_and_methods_answer_in_the_same_form(client: FlaskClient) -> None:
    assert get(client, "/nothing").status_code == 404
    assert get(client, "/nothing").get_json()["errors"]
    assert get(client, "/checkout/commit").status_code == 405


@pytest.mark.parametrize(
    ("asset", "has_memo", "has_tag"),
    [
        ("XLM", True, False),
        ("BTC", False, False),
        ("ETH", False, False),
        ("LTC", False, False),
        ("XRP", False, True),
    ],
)
def test_commit_answers_deposit_instructions(
    client: FlaskClient, asset: str, has_memo: bool, has_tag: bool
) -> None:
    checkout = create(client)
    answer = commit(client, checkout["id"], asset).get_json()
    deposit = answer["depositInstructions"]
    assert list(deposit) == [
        "blockchain",
        "assetCode",
        "amount",
        "address",
        "memo",
        "memoType",
        "destinationTag",
    ]
    assert answer["checkoutId"] == checkout["id"]
    assert answer["expirationTime"] == "2026-11-21T13:00:00+00:00"
    assert deposit["assetCode"] == asset
    assert (deposit["memo"] is not None) is has_memo
    assert deposit["memoType"] == ("text" if has_memo else None)
    assert (deposit["destinationTag"] is not None) is has_tag


@pytest.mark.parametrize("asset", ["XLM", "BTC", "ETH", "LTC", "XRP"])
def test_the_commits_amount_differs_a_little_from_the_quote(
    client: FlaskClient, asset: str
) -> None:
    for _ in range(50):
        checkout = create(client)
        quotes = {
            m["assetCode"]: m["paymentAmount"] for m in checkout["paymentMethods"]
        }
        answer = commit(client, checkout["id"], asset).get_json()
        amount = Decimal(answer["depositInstructions"]["amount"])
        ratio = amount / Decimal(quotes[asset])
        assert Decimal("0.997") < ratio < Decimal("1.003")
        assert ratio != 1


def test_the_drift_can_be_switched_off(client: FlaskClient) -> None:
    client.post("/control/settings", json={"drift": False})
    answer = commit(client, create(client)["id"], "XRP").get_json()
    assert answer["depositInstructions"]["amount"] == "42.282669"


def test_coins_charged_in_themselves_do_not_drift(client: FlaskClient) -> None:
    checkout = create(client, charge("1.5", "ETH"))
    answer = commit(client, checkout["id"], "ETH").get_json()
    assert answer["depositInstructions"]["amount"] == "1.5000000"


def test_checkouts_differ_in_address_memo_or_tag(client: FlaskClient) -> None:
    for asset, field in [
        ("BTC", "address"),
        ("ETH", "address"),
        ("LTC", "address"),
        ("XLM", "memo"),
        ("XRP", "destinationTag"),
    ]:
        found = {
            commit(client, create(client)["id"], asset).get_json()[
                "depositInstructions"
            ][field]
            for _ in range(20)
        }
        assert len(found) == 20


def test_shared_chains_have_one_account(client: FlaskClient) -> None:
    first, second = (
        commit(client, create(client)["id"], "XLM").get_json()["depositInstructions"]
        for _ in range(2)
    )
    assert first["address"] == second["address"]


def test_a_second_commit_repeats_the_instructions(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    first = commit(client, checkout_id, "BTC").get_json()
    client.post("/control/time", json={"advance": 120})
    assert commit(client, checkout_id, "BTC").get_json() == first


def test_a_second_commit_can_be_refused(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    commit(client, checkout_id, "BTC")
    client.post("/control/settings", json={"refuse_second_commit": True})
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_another_asset_after_the_commit_is_refused(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    commit(client, checkout_id, "BTC")
    assert commit(client, checkout_id, "XLM").status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"checkoutId": 7, "assetCode": []}, 400),
        ({"checkoutId": "000000000000", "assetCode": "BTC"}, 404),
    ],
)
def test_bad_commits_are_refused(
    client: FlaskClient, body: dict[str, Any], status: int
) -> None:
    assert post(client, "/checkout/commit", body).status_code == status


def test_an_asset_that_was_not_offered_is_refused(client: FlaskClient) -> None:
    checkout_id = create(client, charge("0.01"))["id"]
    assert commit(client, checkout_id, "BTC").status_code == 400
    assert commit(client, checkout_id, "DOGE").status_code == 400


def test_an_expired_checkout_cannot_be_committed(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    client.post("/control/time", json={"advance": 3600})
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_get_checkout_shows_a_new_charge(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    assert get(client, f"/checkout?id={checkout_id}").get_json() == {
        "checkout": {
            "id": checkout_id,
            "timestamp": "2026-11-21T12:00:00+00:00",
            "state": "NEW_CHARGE",
            "hostedCheckoutUrl": None,
            "payments": [],
            "payload": charge(currency=f"USD:{ISSUER}"),
        }
    }


def test_a_currency_given_as_asset_id_is_understood(client: FlaskClient) -> None:
    body = charge(5000, NAIRA)
    body["settlementCurrency"] = "XLM:NATIVE"
    checkout_id = create(client, body)["id"]
    assert total_of(client, checkout_id) == ("5000.00", "NGN")
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    assert shown["payload"] == body


@pytest.mark.parametrize("path", ["/checkout", "/payment"])
def test_ids_must_be_given_and_known(client: FlaskClient, path: str) -> None:
    assert get(client, path).status_code == 400
    assert get(client, path + "?id=000000000000").status_code == 404


def test_lists_are_paged_newest_first(client: FlaskClient) -> None:
    ids = [create(client)["id"] for _ in range(3)]
    answer = get(client, "/checkouts").get_json()
    assert (answer["count"], answer["limit"], answer["offset"]) == (3, 250, 0)
    assert [checkout["id"] for checkout in answer["checkouts"]] == ids[::-1]
    page = get(client, "/checkouts?limit=1&offset=1").get_json()
    assert (page["count"], page["limit"], page["offset"]) == (3, "1", "1")
    assert [checkout["id"] for checkout in page["checkouts"]] == [ids[1]]


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "offset=1.5", "offset="])
@pytest.mark.parametrize("path", ["/checkouts", "/payments"])
def test_bad_page_arguments_are_refused(
    client: FlaskClient, path: str, query: str
) -> None:
    assert get(client, f"{path}?{query}").status_code == 400


def test_a_hosted_checkout_gets_a_url(client: FlaskClient) -> None:
    answer = post(client, "/checkout/hosted", charge()).get_json()
    assert answer["url"] == f"http://localhost/en/checkout?id={answer['id']}"
    shown = get(client, f"/checkout?id={answer['id']}").get_json()["checkout"]
    assert shown["hostedCheckoutUrl"] == answer["url"]


def test_hosted_urls_can_lead_to_another_host() -> None:
    client = create_simulator(base_url="https://pay.example/").test_client()
    answer = post(client, "/checkout/hosted", charge()).get_json()
    assert answer["url"] == f"https://pay.example/en/checkout?id={answer['id']}"


def test_a_hosted_checkout_cannot_be_committed(client: FlaskClient) -> None:
    checkout_id = post(client, "/checkout/hosted", charge()).get_json()["id"]
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_the_oldest_checkouts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from checkout_kit_coinqvest.simulator import state

    monkeypatch.setattr(state, "_CHECKOUT_LIMIT", 2)
    client = create_simulator().test_client()
    first = create(client)["id"]
    commit(client, first, "BTC")
    client.post(f"/control/checkouts/{first}/pay", json={})
    create(client)
    create(client)
    assert get(client, f"/checkout?id={first}").status_code == 404
    assert get(client, "/checkouts").get_json()["count"] == 2
    assert get(client, "/payments").get_json()["count"] == 0


def test_the_window_of_the_commit_starts_with_the_commit(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    client.post("/control/time", json={"advance": 1800})
    answer = commit(client, checkout_id, "BTC").get_json()
    expires = datetime.fromisoformat(answer["expirationTime"])
    assert expires == NOW + timedelta(seconds=1800 + 3600)
