"""Money that is not what it seems: never credited, or credited for what it is."""

from __future__ import annotations

import operator
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    CheckoutState,
    Currency,
    CurrencyError,
    InvoiceStatus,
    MethodUnavailable,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderInvoice,
    QuoteExpired,
    Settlement,
    SettlementStatus,
)
from tests.fakes.scripted import BTC, NOT_YET, Script
from tests.security.provider_side import ProviderSide
from tests.security.shop import Shop

FAKE = "GBVHMF5LP3DZSF76OUDNC6NXITAHQCEW47ZGEHTYFHCQD6JL3L2EL4TV"
CONFIRMED, DETECTED = PaymentStatus.CONFIRMED, PaymentStatus.DETECTED


def _pays(script: Script, invoice: Any, amount: Money, **options: Any) -> None:
    options = {"status": CONFIRMED} | options
    script.payments[invoice.id] = [PaymentObservation("d1", amount, **options)]


@pytest.mark.parametrize(
    "text",
    [f"BTC:{FAKE}@stellar", "BTC@ethereum", f"USD:{FAKE}@stellar", "LTC", "USD"],
)
def test_another_asset_of_the_same_name_is_not_credited(
    shop: Shop, script: Script, text: str
) -> None:
    invoice = shop.invoice("scripted:BTC")
    _pays(script, invoice, Money("1000", Currency.parse(text)))
    checkout = shop.look(invoice)
    assert (checkout.state, checkout.is_paid) == (CheckoutState.NEW_CHARGE, False)
    assert [d.external_id for d in shop.kit.list_unmatched()] == ["d1"]


@pytest.mark.parametrize(
    "change",
    [
        {"sourceAssetIssuer": f"XLM:{FAKE}"},
        {"sourceAssetIssuer": f"{FAKE}:XLM"},
        {"sourceAssetIssuer": FAKE},
        {"sourceAssetCode": f"XLM:{FAKE}", "sourceAssetIssuer": None},
        {"sourceAssetCode": "xlm"},
        {"sourceAssetIssuer": f"XLM:{FAKE}", "sourceBlockchain": "Stellar Lumens"},
        {"sourceAssetIssuer": f"XLM:{FAKE}", "sourceBlockchain": "Stellar"},
        {"sourceAssetCode": "XRP", "sourceBlockchain": "XRP"},
        {"sourceBlockchain": "ETH"},
    ],
)
def test_a_fake_asset_pays_nothing_at_coinqvest(
    coinqvest: Shop, provider: ProviderSide, change: dict[str, Any]
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    worthless = {"state": "UNRESOLVED", "creditAmount": "0"}
    provider.pay(invoice, "UNRESOLVED_UNDERPAID", **(worthless | change))
    checkout = coinqvest.look(invoice)
    assert not checkout.is_paid
    assert checkout.status.confirmed_credit == 0
    assert len(coinqvest.kit.list_unmatched()) == 1


@pytest.mark.parametrize("code", ["XLM", "XRP"])
def test_a_partial_payment_counts_for_what_was_delivered(
    coinqvest: Shop, provider: ProviderSide, code: str
) -> None:
    invoice = coinqvest.invoice(f"coinqvest:{code}")
    names: dict[str, Any] = {"state": "UNRESOLVED", "sourceAmount": "0.000001"}
    if code == "XRP":
        names |= {"sourceAssetCode": "XRP", "sourceBlockchain": "XRP"}
    provider.pay(invoice, "UNRESOLVED_UNDERPAID", **names)
    checkout = coinqvest.look(invoice)
    assert checkout.state is CheckoutState.UNRESOLVED_UNDERPAID
    assert not checkout.is_paid


@pytest.mark.parametrize("code", ["XLM", "XRP"])
def test_an_amount_that_its_provider_calls_too_little_is_not_believed(
    coinqvest: Shop, provider: ProviderSide, code: str
) -> None:
    # tfPartialPayment: Amount says all, delivered_amount next to nothing.
    invoice = coinqvest.invoice(f"coinqvest:{code}")
    names: dict[str, Any] = {"state": "UNRESOLVED", "creditAmount": "0.01"}
    if code == "XRP":
        names |= {"sourceAssetCode": "XRP", "sourceBlockchain": "XRP"}
    provider.pay(invoice, "UNRESOLVED_UNDERPAID", **names)
    checkout = coinqvest.look(invoice)
    assert (checkout.state, checkout.is_paid) == (CheckoutState.IN_PROGRESS, False)


def test_one_wei_and_one_satoshi_less_are_too_little(
    shop: Shop, script: Script
) -> None:
    invoice = shop.invoice("scripted:BTC")
    _pays(script, invoice, invoice.amount - Money.smallest(BTC))
    checkout = shop.look(invoice)
    assert checkout.state is CheckoutState.UNRESOLVED_UNDERPAID
    assert shop.kit.list_settlements(checkout.id) == []


def test_tag_zero_is_shown_and_no_tag_is_refused(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    provider.changes = {"destinationTag": 0}
    invoice = coinqvest.invoice("coinqvest:XRP")
    assert invoice.instructions is not None
    assert invoice.instructions.destination_tag == 0
    page = coinqvest.client.get(coinqvest.page(coinqvest.read(invoice))).text
    assert "The destination tag is required" in page
    provider.changes = {"destinationTag": None}
    refused = coinqvest.invoice("coinqvest:XRP")
    assert (refused.status, refused.instructions) == (InvoiceStatus.INTENDED, None)


@pytest.mark.parametrize(
    "change",
    [
        {"memo": None},
        {"memo": ""},
        {"memo": " a"},
        {"memo": "x" * 29},
        {"memoType": None},
        {"memoType": "id"},
        {"address": "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCR"},
        {"address": "rJY2W6QRaqbcmnYdzG3qdK1kYz5Ww6tXVk"},
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1E2"},
        {"assetCode": "XRP"},
    ],
)
def test_instructions_that_would_lose_money_are_not_shown(
    coinqvest: Shop, provider: ProviderSide, change: dict[str, Any]
) -> None:
    provider.changes = change
    invoice = coinqvest.invoice("coinqvest:XLM")
    assert (invoice.status, invoice.instructions) == (InvoiceStatus.INTENDED, None)
    assert not coinqvest.look(invoice).is_paid


def test_a_reorganised_chain_takes_the_payment_back(shop: Shop, script: Script) -> None:
    invoice = shop.invoice("scripted:BTC")
    script.on["settle_invoice"] = lambda: NOT_YET
    _pays(script, invoice, invoice.amount, status=DETECTED)
    assert not shop.look(invoice).is_paid
    script.payments[invoice.id] = []
    assert shop.look(invoice).state is CheckoutState.NEW_CHARGE
    _pays(script, invoice, invoice.amount)
    assert shop.look(invoice).is_paid
    _pays(script, invoice, invoice.amount, status=PaymentStatus.REVERSED)
    checkout = shop.look(invoice)
    assert (checkout.state, checkout.is_paid) == (
        CheckoutState.UNRESOLVED_GENERIC,
        False,
    )
    shop.kit.run_due()
    assert shop.count(checkout.id, "checkout.paid") == 1
    assert shop.count(checkout.id, "checkout.reversed") == 1
    (order,) = shop.kit.list_settlements(checkout.id)
    assert order.status is SettlementStatus.STOPPED


def test_a_payment_that_shrank_is_not_settled_in_full(
    shop: Shop, script: Script
) -> None:
    # Still paid, but no longer overpaid: what was ordered before must not be sent.
    invoice = shop.invoice("scripted:BTC")
    _pays(script, invoice, Money(invoice.amount.amount * 2, BTC))
    assert shop.look(invoice).state is CheckoutState.UNRESOLVED_OVERPAID
    _pays(script, invoice, invoice.amount)
    checkout = shop.look(invoice)
    assert checkout.is_paid
    shop.kit.run_due()
    shop.kit.run_due()
    orders = shop.kit.list_settlements(checkout.id)
    assert [(o.status.value, o.amount.to_text()) for o in orders] == [
        ("STOPPED", "20"),
        ("DONE", "10"),
    ]


def test_late_over_and_double_payments_are_told_and_add_up(
    shop: Shop, script: Script
) -> None:
    invoice = shop.invoice("scripted:BTC")
    late = invoice.expires_at + timedelta(seconds=1)
    script.payments[invoice.id] = [
        PaymentObservation(f"d{n}", invoice.amount, CONFIRMED, received_at=late)
        for n in range(2)
    ]
    checkout = shop.look(invoice)
    assert checkout.state is CheckoutState.DELAYED_OVERPAID
    assert checkout.status.amount_over == Money("10", "USD")
    (event,) = [
        e for e in shop.kit.list_events(checkout.id) if e.type == "checkout.paid"
    ]
    assert (event.data["is_late"], event.data["amount_over"]) == (True, "10")


def test_two_tabs_can_not_use_one_quote_for_two_methods(
    shop: Shop, script: Script
) -> None:
    checkout = shop.checkout()
    (quote,) = shop.kit.list_quotes(checkout.id)
    invoicing = shop.services.invoicing
    with shop.services.basis.units.write() as unit:
        unit.quotes.remove(checkout.id, "scripted")
        unit.commit()
    with pytest.raises(QuoteExpired):
        invoicing._intend(shop.kit.get_checkout(checkout.id), quote)
    assert shop.kit.get_checkout(checkout.id).invoices == ()


@pytest.mark.parametrize("days", [367, 36_500, 2_500_000])
def test_a_price_is_never_held_for_ever(shop: Shop, script: Script, days: int) -> None:
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "r1",
        Money("0.0002", BTC),
        redirect_url="https://pay.example/1",
        expires_at=shop.clock.now() + timedelta(days=days),
    )
    invoice = shop.invoice("scripted:BTC")
    assert (invoice.status, invoice.redirect_url) == (InvoiceStatus.INTENDED, None)
    shop.clock.advance(3700)
    shop.kit.run_due()
    status = shop.read(invoice).invoices[0].status
    assert status is InvoiceStatus.FAILED


def test_one_answer_that_can_not_be_recorded_holds_up_no_other(
    shop: Shop, script: Script
) -> None:
    bad, good = (shop.invoice("scripted:BTC") for _ in range(2))
    for number, invoice in enumerate((bad, good)):
        script.payments[invoice.id] = [
            PaymentObservation(f"d{number}", invoice.amount, CONFIRMED)
        ]
    unstorable = Settlement("x", Money("10", "USD"), details={"odd": object()})
    answers = iter([unstorable])
    script.on["settle_invoice"] = lambda: next(answers, None)
    shop.clock.advance(10)
    shop.kit.run_due()
    shop.kit.run_due()
    statuses = {
        order.status
        for invoice in (bad, good)
        for order in shop.kit.list_settlements(invoice.checkout_id)
    }
    assert statuses == {SettlementStatus.UNKNOWN, SettlementStatus.DONE}


def test_currencies_are_never_mixed() -> None:
    for left, right in (("XRP", "USD"), ("USD", "EUR"), ("BTC", "LTC")):
        a, b = Money("10", left), Money("10", right)
        for mix in (operator.add, operator.sub, operator.lt, operator.ge):
            with pytest.raises(CurrencyError):
                mix(a, b)
        assert a != b


def test_a_method_that_is_not_offered_moves_nothing(shop: Shop) -> None:
    checkout = shop.checkout()
    before = shop.books()
    for method in ("scripted:XRP", "other:BTC", "", "scripted:BTC@x", "a" * 5000):
        with pytest.raises(MethodUnavailable):
            shop.kit.commit_checkout(checkout.id, method)
    assert shop.books() == before
