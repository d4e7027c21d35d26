"""The plugin: methods, quotes, invoices, payments, proofs and pings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceSnapshot,
    Money,
    PaymentStatus,
    Proof,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    QuoteExpired,
    WebhookNotice,
    WebhookRefused,
    WebhookRequest,
)
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import (
    PLATFORM_ID,
    WALLET,
    FakeApi,
    FakeClock,
    data_of,
    read_case,
)
from tests.plugins.cryptocoin_pro.keys import public_pem, rsa_key
from tests.plugins.cryptocoin_pro.shop_side import (
    BUYER_ID,
    ETH,
    EUR,
    HOOKS_URL,
    KEY,
    PAGE_URL,
    PLATFORM,
    USER,
    Notes,
    change,
    checkout_of,
    deposit_invoice,
    make_plugin,
    order,
    page_invoice,
    paid,
    price,
    quote_of,
    seconds,
)

FORTY = Money("40.00", EUR)
VISIT = "a8b89dcf-fc7a-4593-8c8b-6a235f0e62b3"
ORDER = "0d000000-0000-4000-8000-000000000001"


def ids(plugin: CryptocoinProPlugin, currency: Currency = EUR) -> list[str]:
    found = plugin.list_payment_methods(currency)
    return [method.id.removeprefix("cryptocoin_pro:") for method in found]


# Methods


def test_what_account_and_platform_allow_is_offered(
    plugin: CryptocoinProPlugin,
) -> None:
    assert ids(plugin) == ["BTC", "ETH", "ETH/bank", "ETH/card"]
    assert ids(plugin, ETH) == []
    assert ids(plugin, Currency.parse("USD")) == ["BTC", "ETH"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("isActive", False),
        ("tradeStatus", False),
        ("selfDeletedAt", 1577002591),
        ("kyc.status", "PENDING"),
        ("kyc.level", 0),
    ],
)
def test_who_may_not_trade_offers_no_sale_and_the_doctor_says_so(
    path: str, value: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    change(api, f"GET {USER}", path, value)
    assert ids(plugin) == ["ETH/bank", "ETH/card"]
    with pytest.raises(ProviderError, match=r"account|KYC"):
        plugin.check_health()


def test_operations_that_are_off_are_not_offered(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    coins = f"GET {USER}/currencies"
    change(api, coins, "coins.0.operations.Particular.EUR.1.sell_to_fiat.status", False)
    change(api, f"GET {PLATFORM}", "paymentMethods.card.0.status", False)
    assert ids(plugin) == ["ETH/bank"]
    change(api, f"GET {PLATFORM}", "integrations.checkout.status", False)
    with pytest.raises(ProviderError, match="no checkout page"):
        plugin.check_health()


def test_the_account_is_looked_at_once_a_minute(
    api: FakeApi, plugin: CryptocoinProPlugin, clock: FakeClock
) -> None:
    for _ in range(3):
        ids(plugin)
    assert len(api.calls(f"GET {USER}")) == 1
    clock.advance(61)
    ids(plugin)
    assert len(api.calls(f"GET {USER}")) == 2


def test_the_doctor_is_told_what_is_well(plugin: CryptocoinProPlugin) -> None:
    assert plugin.check_health() == (
        "the account may trade, at KYC level 2; the platform is GOGL"
    )


def test_the_doctor_looks_for_the_bank(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    change(api, f"GET {USER}", "banks.0.status", "PENDING")
    with pytest.raises(ProviderError, match="bank_id"):
        plugin.check_health()


# Quotes


def quotes_of(plugin: CryptocoinProPlugin, due: Money = FORTY) -> dict[str, Any]:
    found = plugin.quote_price(plugin.list_payment_methods(EUR), due, EUR)
    return {q.method.id.removeprefix("cryptocoin_pro:"): q for q in found}


def test_the_merchant_is_made_whole_by_default(plugin: CryptocoinProPlugin) -> None:
    quotes = quotes_of(plugin)
    # XBT answers that it is not traded just now.
    assert set(quotes) == {"ETH", "ETH/bank", "ETH/card"}
    assert quotes["ETH"].amount == Money("0.25", ETH)
    assert quotes["ETH"].charged is None
    assert quotes["ETH/bank"].amount == Money("0.25", ETH)
    assert quotes["ETH/bank"].charged == Money("50.00", EUR)


def test_or_the_buyer_pays_just_what_is_due(
    api: FakeApi, clock: FakeClock, plugin: CryptocoinProPlugin
) -> None:
    other = make_plugin(api, clock, fee_paid_by="merchant", assets=())
    change(api, f"GET {PLATFORM}", "paymentMethods.card.0.limits.lower.value", 40)
    quote = quotes_of(other)["ETH/card"]
    assert quote.charged == FORTY
    assert quote.amount == Money("0.2", ETH)
    other.close()


@pytest.mark.parametrize(
    ("endpoint", "path", "value"),
    [
        (f"GET {USER}/currencies", "General.2.sell_to_fiat.limits.fiat.min", "50"),
        (f"GET {USER}/currencies", "General.2.sell_to_fiat.limits.fiat.max", "39.99"),
        (f"GET {USER}/currencies", "General.0.deposit.limits.crypto.min", 0.3),
        (
            f"GET {USER}/currencies",
            "Particular.EUR.1.sell_to_fiat.limits.crypto.max",
            "0.2",
        ),
        (f"GET {PLATFORM}", "levels", [{"level": 2, "max": {"buy": 1, "sell": 39}}]),
    ],
)
def test_what_is_outside_the_limits_drops_out(
    endpoint: str, path: str, value: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    if path != "levels":
        path = f"coins.0.operations.{path}"
    change(api, endpoint, path, value)
    assert "ETH" not in quotes_of(plugin)


def test_a_bank_of_the_page_has_limits_too(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    assert "ETH/card" in quotes_of(plugin)
    change(api, f"GET {PLATFORM}", "paymentMethods.bank.0.limits.lower.value", 51)
    other = make_plugin(api, FakeClock())
    change(api, f"GET {PLATFORM}", "paymentMethods.bank.0.limits.lower.value", 51)
    assert set(quotes_of(other)) == {"ETH", "ETH/card"}
    other.close()


@pytest.mark.parametrize(
    "answer",
    [
        price("ETH", "EUR", "0.25", "41.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.0025", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.25", "40.00", "160", "withdraw"),
        price("ETH", "EUR", "-0.25", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.25", "40.00", "0", "sell_to_fiat"),
        price("XBT", "EUR", "0.25", "40.00", "160", "sell_to_fiat"),
        {"data": []},
        "<html>",
    ],
    ids=[
        "another amount",
        "another rate",
        "another operation",
        "negative",
        "no amount",
        "no rate",
        "another pair",
        "no object",
        "a web page",
    ],
)
def test_a_price_that_is_not_as_asked_for_is_not_used(
    answer: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    methods = [m for m in plugin.list_payment_methods(EUR) if m.id.endswith(":ETH")]
    api.put(f"GET {USER}/price/sell/ETH/EUR", answer)
    with pytest.raises(ProviderProtocolError):
        plugin.quote_price(methods, FORTY, EUR)


def test_long_and_scientific_numbers_stay_exact(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    long = "0.25000000000000000000000000000000000000000000000001"
    answer = price("ETH", "EUR", long, "4.0E1", "1.6e2", "sell_to_fiat")
    api.put(f"GET {USER}/price/sell/ETH/EUR", answer)
    # What a buyer has to send is rounded up, once.
    assert quotes_of(plugin)["ETH"].amount == Money("0.250000000000000001", ETH)


def test_only_sales_to_the_charges_currency_are_quoted(
    plugin: CryptocoinProPlugin,
) -> None:
    methods = plugin.list_payment_methods(EUR)
    found = plugin.quote_price(methods, FORTY, Currency.parse("USD"))
    assert {q.method.variant for q in found} == {"bank", "card"}


# Invoices


def test_an_address_is_asked_for_once(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    notes, quote = Notes(), quote_of(plugin)
    address = data_of("post_user_deposit_address") | {"destination": "checkout"}
    api.put(f"POST {USER}/deposit/address", {"data": address})
    made = [plugin.create_invoice(checkout_of(), quote, notes) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].reference == WALLET
    assert made[0].instructions and made[0].instructions.address == WALLET
    (asked,) = api.calls(f"POST {USER}/deposit/address")
    assert asked.data == {"asset": "ETH", "destination": "checkout"}


@pytest.mark.parametrize(
    "changes",
    [
        {"chain": "XBT"},
        {"destination": "broker"},
        {"status": "disabled"},
        {"address": "0x1 2"},
        {"address": ""},
        {"address": None},
    ],
)
def test_an_odd_address_is_never_shown(
    changes: dict[str, Any], api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    quote = quote_of(plugin)
    address = data_of("post_user_deposit_address") | {"destination": "checkout"}
    api.put(f"POST {USER}/deposit/address", {"data": address | changes})
    with pytest.raises(ProviderProtocolError):
        plugin.create_invoice(checkout_of(), quote, Notes())


def test_an_old_quote_makes_nothing(
    plugin: CryptocoinProPlugin, clock: FakeClock
) -> None:
    for variant in ("", "bank"):
        quote = quote_of(plugin, variant)
        clock.advance(301)
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout_of(), quote, Notes())


def test_a_link_says_what_the_buyer_buys_for_whom(plugin: CryptocoinProPlugin) -> None:
    notes, quote = Notes(), quote_of(plugin, "card")
    customer = {"email": "buyer@example.com", "lastname": "Smith", "age": 7}
    checkout = checkout_of(customer=customer)
    made = plugin.create_invoice(checkout, quote, notes)
    assert plugin.create_invoice(checkout, quote, notes) == made
    assert made.reference == KEY
    parts = urlsplit(str(made.redirect_url))
    assert (parts.scheme, parts.hostname) == ("https", "checkout.example.com")
    query = parse_qs(parts.query)
    assert query["platform_id"] == [PLATFORM_ID]
    (token,) = query["token"]
    assert jwt.get_unverified_header(token) == {"alg": "RS512", "typ": "JWT"}
    claims = jwt.decode(token, public_pem(rsa_key()), algorithms=["RS512"])
    expire = seconds() + 3600
    assert claims == {
        "user": {
            "id": "c" * 32,
            "wallet": WALLET,
            "email": "buyer@example.com",
            "last_name": "Smith",
        },
        "payment": {
            "operation": "buy",
            "type": "coin",
            "symbol": "ETH",
            "amount": "0.25",
            "rate": "200",
            "fiat": "EUR",
            "request_id": KEY,
            "method": "card",
            "attempts": 3,
            "second_order_type": "withdraw",
        },
        "redirect_url": PAGE_URL,
        "ping_url": f"{HOOKS_URL}/{KEY.replace(':', '%3A')}",
        "expire": expire,
    }
    assert made.expires_at and made.expires_at.timestamp() == expire
    assert token not in repr(made)


def test_a_buyer_without_an_address_is_a_guest_or_refused(
    api: FakeApi, clock: FakeClock, plugin: CryptocoinProPlugin
) -> None:
    made = page_invoice(plugin)
    (token,) = parse_qs(urlsplit(str(made.redirect_url)).query)["token"]
    claims = jwt.decode(token, public_pem(rsa_key()), algorithms=["RS512"])
    assert claims["user"]["email"] == f"guest-{'c' * 32}@shop.example.com"
    other = make_plugin(api, clock, guest_email=None)
    with pytest.raises(ProviderRefused, match="e-mail"):
        page_invoice(other)
    other.close()


# Deposits


def snapshot(plugin: CryptocoinProPlugin, invoice: Invoice) -> InvoiceSnapshot:
    return plugin.detect_payments([invoice]).snapshots[invoice.id]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PROCESSING_PAYMENT", PaymentStatus.DETECTED),
        ("PAYMENT_WAITING", PaymentStatus.DETECTED),
        ("APPROVED", PaymentStatus.CONFIRMED),
        ("REJECTED", PaymentStatus.REVERSED),
    ],
)
def test_a_deposit_on_the_address_is_the_payment(
    status: str, expected: PaymentStatus, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    other = order("APPROVED", id="stranger", wallet="0x" + "1" * 40)
    api.put(f"GET {USER}/order", {"data": [other, order(status)]})
    (payment,) = snapshot(plugin, invoice).payments
    assert (payment.external_id, payment.status) == (ORDER, expected)
    assert payment.amount == Money("0.25", ETH)
    assert payment.transaction_id == "0xabc"
    assert payment.received_at == FakeClock().now() + timedelta(seconds=60)
    (asked,) = api.calls(f"GET {USER}/order")
    assert asked.query == {"typeOperationName": "deposit"}


def test_a_deposit_that_lost_its_address_is_known_by_its_transaction(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    api.put(f"GET {USER}/order", {"data": [order("APPROVED", wallet=None)]})
    assert snapshot(plugin, invoice).payments == []
    seen = paid(invoice, transaction_id="0xabc")
    assert len(snapshot(plugin, seen).payments) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"toSymbol": "XBT"}, "another asset"),
        ({"toSymbol": "IPSX"}, "another asset"),
        ({"createdAt": 1556095674}, "older"),
    ],
)
def test_a_deposit_that_can_not_be_for_it_is_unmatched(
    changes: dict[str, Any], reason: str, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    api.put(f"GET {USER}/order", {"data": [order("APPROVED", **changes)]})
    report = plugin.detect_payments([invoice])
    assert report.snapshots[invoice.id].payments == []
    (stray,) = report.unmatched
    assert reason in stray.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "SETTLED"},
        {"toAmount": None},
        {"toAmount": "0"},
        {"toAmount": "0.2500000000000000001"},
    ],
)
def test_nothing_is_guessed_about_a_deposit(
    changes: dict[str, Any], api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    odd = order("APPROVED") | changes
    api.put(f"GET {USER}/order", {"data": [odd]})
    with pytest.raises(ProviderProtocolError) as caught:
        plugin.detect_payments([invoice])
    assert odd["id"] in caught.value.evidence
    assert "89bac803dc4d3a24" not in caught.value.evidence


def test_a_list_with_an_odd_item_misses_nothing(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    api.put(f"GET {USER}/order", {"data": [{"id": "odd"}, order("APPROVED")]})
    found = snapshot(plugin, invoice)
    assert len(found.payments) == 1
    assert not found.is_complete


# The provider's page


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


# Pings


def ping(path: str) -> WebhookRequest:
    return WebhookRequest("GET", path, {}, b"")


def test_a_ping_only_says_where_to_look(plugin: CryptocoinProPlugin) -> None:
    assert plugin.parse_webhook(ping(KEY)) == WebhookNotice((KEY,), is_signed=False)


@pytest.mark.parametrize("path", ["", "a", "../etc", "x" * 200, "a b c d e f"])
def test_a_ping_without_an_invoice_is_refused(
    path: str, plugin: CryptocoinProPlugin
) -> None:
    with pytest.raises(WebhookRefused):
        plugin.parse_webhook(ping(path))
