"""Creating checkouts: what is quoted and summed up, and which charges are refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.plugins.coinqvest.simulator_caller import (
    BASIC,
    ISSUER,
    charge,
    create,
    get,
    post,
    total_of,
)

PAPAYA = "ETH:GBDEVU63Y6NTHJQQZIKVTC23NWLQVP3WJ2RI2OTSJTNYOIGICST6DUXR"


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
