"""Endpoints of checkouts and payments: the document's flow from charge to payment."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from checkout_kit import Money, PaymentObservation, PaymentStatus
from tests.fakes.scripted import ADDRESS, BTC, Script
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import MINIMAL, Merchant, errors_of

#: The document's full payload, without what belongs to its own platform.
FULL: dict[str, Any] = {
    "charge": {
        "customerId": "716dad4c5e5f",
        "currency": "USD",
        "lineItems": [
            {
                "description": "T-Shirt",
                "netAmount": 10,
                "quantity": 1,
                "productId": "P1234",
            }
        ],
        "discountItems": [{"description": "Loyalty Discount", "netAmount": 0.5}],
        "shippingCostItems": [
            {
                "description": "Shipping and Handling",
                "netAmount": 3.99,
                "taxable": False,
            }
        ],
        "taxItems": [{"name": "CA Sales Tax", "percent": 0.0825}],
    },
    "settlementCurrency": "USD",
    "webhook": "https://www.merchant.com/path/to/webhook",
    "blockchainRelays": {"ETH": "ETH:GBDEVU63Y6NTHJQQZIKVTC23NWLQVP3WJ2RI"},
    "links": {
        "cancelUrl": "https://www.merchant.com/path/to/cancel/checkout",
        "returnUrl": "https://www.merchant.com/path/to/complete/checkout",
    },
}


@pytest.fixture
def api_database(migrated_database_url: str) -> str:
    """Each kind of database: what is here writes."""
    return migrated_database_url


def _pay(app: Flask, script: Script, checkout_id: str, amount: str, *ids: str) -> None:
    services = app.extensions["checkout_kit"]
    checkout = services.checkouts.get(checkout_id, services.basis.clock.now())
    script.payments[checkout.invoice.id] = [
        PaymentObservation(one, Money(amount, BTC), PaymentStatus.CONFIRMED)
        for one in ids or (f"tx-{checkout_id}",)
    ]
    services.detection.check_checkout(checkout_id)


def _committed(merchant: Merchant) -> str:
    made: dict[str, Any] = merchant.post("/checkout", merchant.order()).get_json()
    answer = merchant.post(
        "/checkout/commit", {"checkoutId": made["id"], "assetCode": "BTC"}
    )
    assert answer.status_code == 200
    return str(made["id"])


def test_a_white_label_checkout_lists_what_paying_costs(merchant: Merchant) -> None:
    made = merchant.post("/checkout", MINIMAL).get_json()
    assert made["checkoutId"] == made["id"]
    assert made["paymentMethods"] == [
        {
            "id": "scripted:BTC",
            "assetCode": "BTC",
            "blockchain": "Bitcoin",
            "paymentAmount": "0.0002",
        }
    ]
    shown = merchant.get("/checkout", id=made["id"]).get_json()["checkout"]
    assert shown["hostedCheckoutUrl"] is None


@pytest.mark.parametrize("code", ["BTC", "btc", "scripted:BTC"])
@pytest.mark.parametrize("name", ["checkoutId", "id"])
def test_a_commit_gives_deposit_instructions(
    merchant: Merchant, code: str, name: str
) -> None:
    made = merchant.post("/checkout", MINIMAL).get_json()
    committed = merchant.post("/checkout/commit", {name: made["id"], "assetCode": code})
    answer = committed.get_json()
    assert answer["depositInstructions"] == {
        "blockchain": "Bitcoin",
        "assetCode": "BTC",
        "amount": "0.0002",
        "address": ADDRESS,
        "memo": None,
        "memoType": None,
        "destinationTag": None,
        "paymentUri": answer["depositInstructions"]["paymentUri"],
    }
    assert answer["checkoutId"] == answer["id"] == made["id"]
    assert answer["expirationTime"].endswith("+00:00")


def test_committing_twice_gives_the_same_instructions(
    merchant: Merchant, script: Script
) -> None:
    made = merchant.post("/checkout", MINIMAL).get_json()
    body = {"checkoutId": made["id"], "assetCode": "BTC"}
    first = merchant.post("/checkout/commit", body).text
    merchant.clock.advance(1)
    assert merchant.post("/checkout/commit", body).text == first
    assert len(script.made) == 1


def test_a_method_that_is_not_offered_is_refused(merchant: Merchant) -> None:
    made = merchant.post("/checkout", MINIMAL).get_json()
    for code in ("DOGE", "coinqvest:BTC"):
        body = {"checkoutId": made["id"], "assetCode": code}
        response = merchant.post("/checkout/commit", body)
        assert response.status_code == 409
        assert "not available" in errors_of(response)[0]


def test_a_provider_that_is_slow_to_commit_is_asked_again(
    merchant: Merchant, script: Script
) -> None:
    made = merchant.post("/checkout", MINIMAL).get_json()
    body = {"checkoutId": made["id"], "assetCode": "BTC"}

    def hang_up() -> None:
        script.on.clear()
        raise OSError("the line is dead")

    script.on["create_invoice"] = hang_up
    response = merchant.post("/checkout/commit", body, Idempotency_Key="c")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    merchant.clock.advance(60)
    merchant.client.application.extensions["checkout_kit"].work.run_provider_work()
    again = merchant.post("/checkout/commit", body, Idempotency_Key="c")
    assert again.status_code == 200
    assert len(script.made) == 1


def test_a_white_label_checkout_is_made_once_under_its_key(
    merchant: Merchant, app: Flask
) -> None:
    first = merchant.post("/checkout", MINIMAL, Idempotency_Key="k").text
    assert merchant.post("/checkout", MINIMAL, Idempotency_Key="k").text == first
    assert merchant.get("/checkouts").get_json()["count"] == 1


def test_a_full_payload_is_given_back_as_it_was_submitted(merchant: Merchant) -> None:
    customer = {"customer": {"email": "ada@example.com"}}
    customer_id = merchant.post("/customer", customer).get_json()["customerId"]
    submitted = {**FULL, "charge": {**FULL["charge"], "customerId": customer_id}}
    made = merchant.post("/checkout/hosted", submitted).get_json()
    shown = merchant.get("/checkout", id=made["id"]).get_json()["checkout"]
    assert shown["hostedCheckoutUrl"] == made["url"]
    # 13.49 + 9.50 · 0.0825, as the document's formula has it.
    assert shown["total"] == shown["amountDue"] == "14.27"
    payload = shown["payload"]
    charge = payload.pop("charge")
    assert payload == {k: v for k, v in FULL.items() if k != "charge"}
    assert charge["lineItems"] == [
        {**FULL["charge"]["lineItems"][0], "netAmount": "10"}
    ]
    assert charge["customerId"] == customer_id
    assert charge["taxItems"] == [{"name": "CA Sales Tax", "percent": "0.0825"}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"charge": {**MINIMAL["charge"], "currency": "EUR"}}, "EUR"),
        ({"charge": {"billingCurrency": "EUR"}}, "EUR"),
        ({"charge": {"quoteCurrency": "EUR"}}, "EUR"),
        ({"charge": {"currency": "EUR:NATIVE"}}, "EUR"),
    ],
)
def test_renamed_currencies_are_read(
    merchant: Merchant, change: dict[str, Any], field: str
) -> None:
    charge = {"lineItems": MINIMAL["charge"]["lineItems"], **change["charge"]}
    made = merchant.post("/checkout/hosted", {"charge": charge}).get_json()
    shown = merchant.get("/checkout", checkoutId=made["id"]).get_json()["checkout"]
    assert shown["payload"]["charge"]["currency"] == field


def test_renamed_links_and_settlement_are_read(merchant: Merchant) -> None:
    body = {
        **MINIMAL,
        "settlementAsset": "XLM:NATIVE",
        "pageSettings": {"returnUrl": "https://shop.example/ok", "shopName": "Shop"},
    }
    made = merchant.post("/checkout/hosted", body).get_json()
    payload = merchant.get("/checkout", id=made["id"]).get_json()["checkout"]["payload"]
    assert payload["settlementCurrency"] == "XLM"
    assert payload["links"] == {"returnUrl": "https://shop.example/ok"}


def test_a_payment_turns_a_checkout_completed(
    app: Flask, merchant: Merchant, script: Script
) -> None:
    checkout_id = _committed(merchant)
    _pay(app, script, checkout_id, "0.0002")
    checkout = merchant.get("/checkout", id=checkout_id).get_json()["checkout"]
    assert (checkout["state"], checkout["isPaid"]) == ("COMPLETED", True)
    (payment,) = checkout["payments"]
    assert payment == {
        "id": payment["id"],
        "type": "PAYMENT",
        "state": "RESOLVED",
        "timestamp": payment["timestamp"],
        "creditAssetCode": "USD",
        "creditAssetIssuer": "USD:NATIVE",
        "creditAmount": "10",
        "sourceAssetCode": "BTC",
        "sourceAssetIssuer": "BTC:NATIVE",
        "sourceAmount": "0.0002",
        "sourceBlockchain": "BTC",
        "sourceAccount": None,
        "sourceTxId": None,
        "customerId": None,
        "checkoutId": checkout_id,
    }
    assert merchant.get("/payment", id=payment["id"]).get_json() == {"payment": payment}
    assert merchant.get("/payments").get_json() == {
        "count": 1,
        "limit": 250,
        "offset": 0,
        "payments": [payment],
    }


@pytest.mark.parametrize(
    ("amount", "state"),
    [("0.0001", "UNRESOLVED_UNDERPAID"), ("0.0003", "UNRESOLVED_OVERPAID")],
)
def test_a_payment_of_another_amount_is_unresolved(
    app: Flask, merchant: Merchant, script: Script, amount: str, state: str
) -> None:
    checkout_id = _committed(merchant)
    _pay(app, script, checkout_id, amount)
    checkout = merchant.get("/checkout", id=checkout_id).get_json()["checkout"]
    assert checkout["state"] == state
    assert checkout["payments"][0]["state"] == "UNRESOLVED"


def test_a_charge_is_validated_without_making_anything(merchant: Merchant) -> None:
    response = merchant.post(
        "/checkout/validate-checkout-charge", {"charge": FULL["charge"]}
    )
    assert response.get_json() == {"total": "14.27", "decimals": 2}
    # The same question may be asked twice in one second.
    assert (
        merchant.post(
            "/checkout/validate-checkout-charge", {"charge": FULL["charge"]}
        ).status_code
        == 200
    )
    wrong = merchant.post("/checkout/validate-checkout-charge", {"charge": {}})
    assert wrong.status_code == 400
    assert errors_of(wrong)
    assert merchant.get("/checkouts").get_json()["count"] == 0


def test_lists_are_newest_first_and_paged(
    app: Flask, merchant: Merchant, script: Script
) -> None:
    made = []
    for number in range(3):
        merchant.clock.advance(1)
        made.append(_committed(merchant))
        _pay(app, script, made[-1], "0.0002", f"tx-{number}")
    page = merchant.get("/checkouts", limit=2, offset=1).get_json()
    assert (page["count"], page["limit"], page["offset"]) == (3, 2, 1)
    assert [one["id"] for one in page["checkouts"]] == [made[1], made[0]]
    payments = merchant.get("/payments", limit=1, offset=2).get_json()
    assert [one["checkoutId"] for one in payments["payments"]] == [made[0]]
    beyond = merchant.get("/checkouts", offset=9_000_000).get_json()
    assert (beyond["count"], beyond["checkouts"]) == (3, [])


def test_each_store_sees_its_own_alone(
    app: Flask, merchant: Merchant, make_merchant: MerchantMaker, script: Script
) -> None:
    checkout_id = _committed(merchant)
    _pay(app, script, checkout_id, "0.0002")
    payment_id = merchant.get("/payments").get_json()["payments"][0]["id"]
    stranger = make_merchant("other")
    for path in ("/checkouts", "/payments"):
        assert stranger.get(path).get_json()["count"] == 0
    for path, id_ in (("/checkout", checkout_id), ("/payment", payment_id)):
        foreign = stranger.get(path, id=id_)
        unknown = stranger.get(path, id="0" * 32)
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.data == unknown.data
        assert {k: v for k, v in foreign.headers} == {k: v for k, v in unknown.headers}
    body = {"checkoutId": checkout_id, "assetCode": "BTC"}
    assert stranger.post("/checkout/commit", body).status_code == 404
