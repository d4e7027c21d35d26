"""Purchases on the provider's page: which one pays an invoice, and its proof."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checkout_kit import (
    Money,
    PaymentStatus,
    Proof,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import FakeApi, data_of, read_case
from tests.plugins.cryptocoin_pro.shop_side import (
    BUYER_ID,
    ETH,
    KEY,
    ORDER,
    PLATFORM,
    USER,
    change,
    deposit_invoice,
    order,
    page_invoice,
    seconds,
    snapshot,
)

VISIT = "a8b89dcf-fc7a-4593-8c8b-6a235f0e62b3"


def visit(status: str = "processing", **changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = read_case("get_platform_checkout")["data"][0]
    return (
        case
        | {
            "id": VISIT,
            "status": status,
            "requestId": KEY,
            "createdAt": seconds(),
            "user": case["user"] | {"id": BUYER_ID},
        }
        | changes
    )


def purchase(status: str, **changes: Any) -> dict[str, Any]:
    base = {"fromSymbol": "EUR", "fromAmount": "50", "user": {"id": BUYER_ID}}
    return order(status, "buy_with_fiat", wallet=None, **(base | changes))


def put_visit(api: FakeApi, *orders: Any, checkout: Any = None) -> None:
    api.put(f"GET {PLATFORM}/checkout", {"data": [checkout or visit("finished")]})
    api.put(f"GET {PLATFORM}/order", {"data": list(orders)})
    single = data_of("get_user_order_one") | {"id": ORDER}
    single["quote"]["checkout"]["id"] = VISIT
    # As the session's example names the merchant, so does the path here.
    api.put(f"GET {USER}/order/{ORDER}", {"data": single})


@pytest.mark.parametrize("status", ["created", "processing", "finished", "expired"])
def test_a_checkout_alone_pays_nothing(
    status: str, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    put_visit(api, checkout=visit(status))
    found = snapshot(plugin, invoice)
    assert (found.payments, found.seen) == ([], False)
    assert found.provider_state == f"checkout {status}"


def test_nothing_was_opened_yet(api: FakeApi, plugin: CryptocoinProPlugin) -> None:
    invoice = page_invoice(plugin)
    api.put(f"GET {PLATFORM}/checkout", read_case("get_platform_checkout"))
    assert snapshot(plugin, invoice).provider_state == "not opened"
    assert api.calls(f"GET {PLATFORM}/order") == []


def test_an_order_that_is_linked_late_is_found_then(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    put_visit(api, purchase("APPROVED"))
    unlinked = data_of("get_user_order_one") | {"id": ORDER}
    linked = {**unlinked, "quote": {**unlinked["quote"], "checkout": {"id": VISIT}}}
    unlinked["quote"]["checkout"] = None
    api.put(f"GET {USER}/order/{ORDER}", {"data": unlinked}, {"data": linked})
    assert snapshot(plugin, invoice).payments == []
    (payment,) = snapshot(plugin, invoice).payments
    assert payment.status is PaymentStatus.CONFIRMED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PROCESSING_PAYMENT", PaymentStatus.DETECTED),
        ("APPROVED", PaymentStatus.CONFIRMED),
        ("REJECTED", PaymentStatus.REVERSED),
    ],
)
def test_the_order_of_the_checkout_is_the_payment(
    status: str, expected: PaymentStatus, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    strangers = [
        purchase("APPROVED", id="other", user={"id": "somebody"}),
        purchase("APPROVED", id="sale", typeOperationName="sell_to_fiat"),
        purchase("APPROVED", id="former", createdAt=seconds() - 3600),
        purchase("APPROVED", id="bitcoin", toSymbol="XBT"),
    ]
    put_visit(api, purchase(status), *strangers)
    for _ in range(2):
        (payment,) = snapshot(plugin, invoice).payments
    assert (payment.external_id, payment.status) == (ORDER, expected)
    assert payment.amount == Money("0.25", ETH)
    assert payment.details["charged"] == "50"
    # Which checkout an order belongs to is asked for once, as the buyer.
    assert len(api.calls(f"GET {USER}/order/{ORDER}")) == 1


def test_an_order_of_another_checkout_pays_nothing(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    put_visit(api, purchase("APPROVED"))
    change(api, f"GET {USER}/order/{ORDER}", "quote.checkout.id", "another")
    assert snapshot(plugin, invoice).payments == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("PROCESSING_PAYMENT", PaymentStatus.DETECTED),
        ("APPROVED", PaymentStatus.CONFIRMED),
        ("REJECTED", PaymentStatus.DETECTED),
    ],
)
def test_bought_coins_count_once_they_are_sent_to_the_merchant(
    sent: str, expected: PaymentStatus, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    withdrawal = order(
        sent,
        "withdraw",
        id="w1",
        txId="0xsent",
        toAmount="0.24",
        parentOrder={"id": ORDER},
        user={"id": BUYER_ID},
    )
    put_visit(api, purchase("APPROVED"), withdrawal)
    found = snapshot(plugin, invoice)
    (payment,) = found.payments
    assert payment.status is expected
    assert payment.transaction_id == "0xsent"
    assert payment.details["arrived"] == "0.24"
    assert found.provider_state == (
        f"checkout finished, order APPROVED, withdrawal {sent}"
    )


def test_coins_that_go_to_another_wallet_pay_nothing(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    parts = {"id": "w1", "parentOrder": {"id": ORDER}, "wallet": "0x" + "1" * 40}
    put_visit(api, purchase("APPROVED"), order("APPROVED", "withdraw", **parts))
    with pytest.raises(ProviderProtocolError, match="another wallet"):
        plugin.detect_payments([invoice])


def test_a_second_order_that_is_not_listed_is_awaited(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    put_visit(api, purchase("APPROVED", childOrder={"id": "w1"}))
    (payment,) = snapshot(plugin, invoice).payments
    assert payment.status is PaymentStatus.DETECTED


@pytest.mark.parametrize(
    ("method", "proven", "wanted"),
    [
        ("bank", None, True),
        ("bank", False, True),
        ("bank", True, False),
        ("card", None, False),
    ],
)
def test_a_bank_transfer_that_is_awaited_may_be_proven(
    method: str,
    proven: bool | None,
    wanted: bool,
    api: FakeApi,
    plugin: CryptocoinProPlugin,
) -> None:
    invoice = page_invoice(plugin)
    payment = {"method": method, "id": None, "proofUploaded": proven}
    put_visit(api, purchase("PAYMENT_WAITING", payment=payment))
    found = snapshot(plugin, invoice)
    assert (found.payments, found.wants_proof) == ([], wanted)


def test_hook_a_proof_goes_to_the_buyers_order(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = page_invoice(plugin)
    put_visit(api, purchase("PAYMENT_WAITING"))
    confirmation = f"POST {USER}/order/{ORDER}/payment-confirmation"
    api.put(confirmation, read_case("post_user_order_one_payment_confirmation"))
    assert plugin.submit_proof(invoice, Proof.read(b"%PDF-1.7", "bank.pdf"))
    (sent,) = api.calls(confirmation)
    assert b'filename="bank.pdf"' in sent.body and b"%PDF-1.7" in sent.body
    refusal = {"message": "This order payment is already confirmed."}
    api.put(confirmation, (403, refusal))
    with pytest.raises(ProviderRefused, match="already confirmed"):
        plugin.submit_proof(invoice, Proof.read(b"%PDF-1.7"))
    put_visit(api, purchase("APPROVED"))
    with pytest.raises(ProviderRefused, match="no order waits"):
        plugin.submit_proof(invoice, Proof.read(b"%PDF-1.7"))


def test_one_invoice_that_can_not_be_looked_at_hides_no_other(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    deposited, visited = deposit_invoice(plugin, api), page_invoice(plugin)
    visited = replace(visited, id="invoice-2")
    api.put(f"GET {USER}/order", {"data": [order("APPROVED")]})
    api.put(f"GET {PLATFORM}/checkout", (500, {"message": "Server Error"}))
    report = plugin.detect_payments([deposited, visited])
    assert set(report.snapshots) == {"invoice-1"}
