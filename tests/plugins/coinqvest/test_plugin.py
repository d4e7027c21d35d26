"""The plugin's hooks, against scripted answers where the simulator is too kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.settlement import Settlement
from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import (
    NotSupported,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderUnavailable,
    QuoteExpired,
    WebhookRefused,
)
from checkout_kit.plugins import LoadedPlugin, PluginRegistry, load_plugins
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.config import CoinqvestSettings
from tests.plugins.coinqvest.fake_api import (
    SECRET,
    FakeApi,
    Seen,
    Ticker,
    make_settings,
    read_case,
    read_text,
    running_api,
)
from tests.plugins.coinqvest.shop_side import (
    PAGE_URL,
    WEBHOOK_URL,
    credits_of,
    make_checkout,
    quote_of,
    taken_in,
    to_invoice,
)

CHECKOUT_ID = "6d55626309d6"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("POST /checkout", read_text("create_checkout"))
        yield fake


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


def make_plugin(api: FakeApi, clock: Ticker, **changes: Any) -> CoinqvestPlugin:
    context = ProviderContext("coinqvest", WEBHOOK_URL, clock)
    return CoinqvestPlugin(make_settings(api, **changes), context)


@pytest.fixture
def plugin(api: FakeApi, clock: Ticker) -> CoinqvestPlugin:
    return make_plugin(api, clock)


def commit_case(asset: str = "xlm", checkout_id: str = CHECKOUT_ID) -> dict[str, Any]:
    case: dict[str, Any] = read_case(f"commit_{asset}")
    return case | {"checkoutId": checkout_id}


def commit_any(seen: Seen) -> Any:
    return commit_case(seen.data["assetCode"].lower(), seen.data["checkoutId"])


def make_invoice(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, code: str = "XLM"
) -> Invoice:
    api.put("POST /checkout/commit", commit_any)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    # The document's examples are of 2020-02-26; our clock is not.
    made = replace(made, expires_at=clock.now() + timedelta(hours=1))
    return to_invoice(clock, quote, made)


def payment(clock: Ticker, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = read_case("get_checkout")["checkout"]["payments"][0]
    own = {
        "checkoutId": CHECKOUT_ID,
        "timestamp": clock.now().isoformat(),
        "sourceAmount": "17.8639906",
    }
    return base | own | changes


def checkout_answer(
    clock: Ticker,
    *payments: Mapping[str, Any],
    state: str = "COMPLETED",
    checkout_id: str = CHECKOUT_ID,
    webhook: str | None = None,
) -> dict[str, Any]:
    return {
        "checkout": {
            "id": checkout_id,
            "timestamp": clock.now().isoformat(),
            "state": state,
            "hostedCheckoutUrl": None,
            "payments": list(payments),
            "payload": {"webhook": webhook},
        }
    }


# The class


def test_the_registry_accepts_the_plugin(clock: Ticker) -> None:
    config = {"coinqvest": {"api_key": "KEY", "api_secret": "SECRET"}}
    loaded = load_plugins(
        config,
        lambda name: ProviderContext(name, WEBHOOK_URL, clock),
        [("coinqvest", CoinqvestPlugin)],
    )
    registry = PluginRegistry(loaded, clock)
    assert registry.payment_providers == ["coinqvest"]
    for hook in ("parse_webhook", "settle_invoice", "simulate_payment"):
        assert registry.supports("coinqvest", hook)
    assert isinstance(loaded[0], LoadedPlugin)


# Methods and quotes


def test_methods_are_the_documents_assets(plugin: CoinqvestPlugin) -> None:
    methods = plugin.list_payment_methods(Currency.parse("USD"))
    assert [m.id for m in methods] == [
        "coinqvest:BTC",
        "coinqvest:ETH",
        "coinqvest:LTC",
        "coinqvest:XLM",
        "coinqvest:XRP",
    ]
    assert all(m.is_test and not m.redirects for m in methods)


def test_no_methods_for_a_currency_that_the_api_cannot_have(
    plugin: CoinqvestPlugin,
) -> None:
    assert plugin.list_payment_methods(Currency.parse("USDT@tron")) == ()


def test_quotes_come_from_one_call(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout = make_checkout(clock)
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert {q.method.id: q.amount.to_text() for q in quotes} == {
        "coinqvest:BTC": "0.0011102",
        "coinqvest:ETH": "0.0440141",
        "coinqvest:LTC": "0.1537514",
        "coinqvest:XLM": "165.7007861",
        "coinqvest:XRP": "42.282669",
    }
    assert all(not q.is_firm and q.expires_at is None for q in quotes)
    assert all(q.covers == checkout.total for q in quotes)
    (seen,) = api.calls("POST /checkout")
    token = quotes[0].reference["token"]
    assert len(token) == 32
    assert seen.data["webhook"] == f"{WEBHOOK_URL}/{token}"
    assert seen.data["settlementCurrency"] == "USD"
    assert seen.data["charge"]["lineItems"] == [
        {
            "description": "T-Shirt",
            "netAmount": 10,
            "quantity": 1,
            "productId": "P1234",
        }
    ]


def test_settings_pass_through(api: FakeApi, clock: Ticker) -> None:
    relays = {"ETH": "ETH:GBDEVU63"}
    plugin = make_plugin(
        api, clock, blockchain_relays=relays, customer_id="716dad4c5e5f"
    )
    quote_of(plugin, make_checkout(clock, settle="EUR"), "XLM", due="4.20")
    sent = api.calls("POST /checkout")[0].data
    assert sent["blockchainRelays"] == relays
    assert sent["settlementCurrency"] == "EUR"
    assert sent["charge"] == {
        "currency": "USD",
        "customerId": "716dad4c5e5f",
        "lineItems": [
            {"description": "Remaining amount", "netAmount": 4.2, "quantity": 1}
        ],
    }


def test_a_method_below_its_minimum_drops_out(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    case = read_case("create_checkout")
    case["paymentMethods"] = [
        {"assetCode": "XLM", "blockchain": "Stellar Network", "paymentAmount": 1.5},
        {"assetCode": "USDC", "blockchain": "Stellar Network", "paymentAmount": "1"},
        {"assetCode": "XRP", "blockchain": "XRP Ledger", "paymentAmount": "0"},
    ]
    api.put("POST /checkout", case)
    checkout = make_checkout(clock)
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert [(q.method.id, q.amount.to_text()) for q in quotes] == [
        ("coinqvest:XLM", "1.5")
    ]


# Invoices


@pytest.mark.parametrize(
    ("code", "memo", "tag"), [("XLM", "snowy-hills", None), ("XRP", None, 15918)]
)
def test_the_commits_amount_is_the_one_to_pay(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    code: str,
    memo: str | None,
    tag: int | None,
) -> None:
    api.put("POST /checkout/commit", commit_case(code.lower()))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    expected = commit_case(code.lower())
    assert made.amount == Money(expected["depositInstructions"]["amount"], code)
    assert made.amount != quote.amount
    assert made.reference == CHECKOUT_ID
    assert made.instructions is not None
    assert made.instructions.memo == memo
    assert made.instructions.memo_type == ("text" if memo else None)
    assert made.instructions.destination_tag == tag
    assert made.expires_at is not None
    assert made.expires_at.strftime("%Y-%m-%d %H") == "2020-02-26 18"
    assert made.provider_data == {"checkoutIds": [CHECKOUT_ID]}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("XLM", {"memo": None}),
        ("XLM", {"memoType": None}),
        ("XRP", {"destinationTag": None}),
        ("XRP", {"destinationTag": "4294967296"}),
        ("ETH", {"address": "0x bad"}),
        ("ETH", {"amount": "0"}),
    ],
)
def test_instructions_that_would_lose_money_are_refused(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    code: str,
    change: dict[str, Any],
) -> None:
    case = commit_case(code.lower())
    case["depositInstructions"] |= change
    api.put("POST /checkout/commit", case)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    with pytest.raises(ProviderProtocolError):
        plugin.create_invoice(checkout, quote, MemoryOperation())


def test_intent_is_recorded_before_each_call(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = MemoryOperation()
    at_call = []

    def answer(seen: Seen) -> Any:
        at_call.append(dict(operation.steps))
        return commit_case()

    api.put("POST /checkout/commit", answer)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    first = plugin.create_invoice(checkout, quote, operation)
    assert at_call == [{"commit:0": {"checkoutId": CHECKOUT_ID, "assetCode": "XLM"}}]
    assert plugin.create_invoice(checkout, quote, operation) == first
    assert len(api.calls("POST /checkout/commit")) == 1


@pytest.mark.parametrize(
    "words", ["Checkout has expired.", "Checkout not found.", "Already committed."]
)
def test_a_first_refusal_means_that_the_quote_is_over(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, words: str
) -> None:
    api.put("POST /checkout/commit", (400, {"errors": [words]}))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    for _ in range(2):
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout, quote, operation)
    assert len(api.calls("POST /checkout")) == 1
    assert len(api.calls("POST /checkout/commit")) == 1


def test_refused_credentials_do_not_use_up_the_quote(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    api.put("POST /checkout/commit", (401, {"errors": ["No."]}), commit_case())
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    with pytest.raises(ProviderAuthError):
        plugin.create_invoice(checkout, quote, operation)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == CHECKOUT_ID


def lost_commit(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> tuple[Any, Quote, MemoryOperation]:
    """A commit that was sent, and whose answer never came."""
    api.put("POST /checkout/commit", (502, "<html>"))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    return checkout, quote, operation


def refuse_first(seen: Seen) -> Any:
    if seen.data["checkoutId"] == CHECKOUT_ID:
        return 400, {"errors": ["Checkout is already committed."]}
    return commit_any(seen)


def test_after_a_lost_commit_a_new_checkout_is_made_and_the_old_one_watched(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", read_case("create_checkout") | {"id": "new123"})
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == "new123"
    assert made.provider_data == {"checkoutIds": [CHECKOUT_ID, "new123"]}
    assert made.instructions is not None and made.instructions.memo
    tokens = [
        seen.data["webhook"].rpartition("/")[2] for seen in api.calls("POST /checkout")
    ]
    assert tokens[0] != tokens[1] == operation.steps["checkout:1"]["token"]
    assert plugin.create_invoice(checkout, quote, operation) == made
    assert len(api.calls("POST /checkout")) == 2


def test_a_new_checkout_whose_answer_was_lost_is_found_by_its_token(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", (504, "<html>"))
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    token = operation.steps["checkout:1"]["token"]
    url = f"{WEBHOOK_URL}/{token}"

    def listed(seen: Seen) -> Any:
        strange = checkout_answer(clock, checkout_id="other")["checkout"]
        ours = checkout_answer(
            clock, state="NEW_CHARGE", checkout_id="found1", webhook=url
        )["checkout"]
        pages = {"0": [strange, "nonsense"], "2": [ours]}
        return {"count": 3, "checkouts": pages[seen.query["offset"]]}

    api.put("GET /checkouts", listed)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == "found1"
    assert len(api.calls("POST /checkout")) == 2


def test_a_new_checkout_that_never_arrived_is_posted_again_with_its_token(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", (504, ""), read_case("create_checkout") | {"id": "new1"})
    api.put("GET /checkouts", {"count": 0, "checkouts": []})
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    assert plugin.create_invoice(checkout, quote, operation).reference == "new1"
    posts = api.calls("POST /checkout")[1:]
    assert posts[0].data["webhook"] == posts[1].data["webhook"]


def test_a_checkout_that_is_gone_after_a_lost_commit_ends_the_quote(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", (400, {"errors": ["Checkout has expired."]}))
    for _ in range(2):
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout, quote, operation)


# Detection


def test_a_payment_in_the_invoices_asset_counts_by_what_was_sent(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    api.put("GET /checkout", checkout_answer(clock, payment(clock)))
    api.seen.clear()
    report = plugin.detect_payments([invoice])
    snapshot = report.snapshots[invoice.id]
    assert credits_of(snapshot) == [("17.8639906", "CONFIRMED")]
    observed = snapshot.payments[0]
    assert observed.external_id == "06aadf4b25ac"
    assert observed.credited is None
    assert observed.received_at == clock.now()
    assert observed.transaction_id is not None
    assert snapshot.provider_state == "COMPLETED"
    assert [f"{s.method} {s.path}" for s in api.seen] == ["GET /checkout"]


@pytest.mark.parametrize(
    ("state", "payment_state", "status"),
    [
        ("COMPLETED", "RESOLVED", "CONFIRMED"),
        ("COMPLETED", None, "CONFIRMED"),
        ("RESOLVED", "RESOLVED", "CONFIRMED"),
        ("UNRESOLVED_UNDERPAID", "RESOLVED", "CONFIRMED"),
        # As much was sent as was asked for: the judgement contradicts the amount.
        ("UNRESOLVED_UNDERPAID", "UNRESOLVED", "DETECTED"),
        ("UNRESOLVED_OVERPAID", "UNRESOLVED", "CONFIRMED"),
        ("DELAYED_UNDERPAID", None, "CONFIRMED"),
        ("IN_PROGRESS", "RESOLVED", "CONFIRMED"),
        ("IN_PROGRESS", "UNRESOLVED", "DETECTED"),
        ("IN_PROGRESS", None, "DETECTED"),
        ("NEW_CHARGE", "UNRESOLVED", "DETECTED"),
        ("UNRESOLVED_GENERIC", "UNRESOLVED", "DETECTED"),
    ],
)
def test_how_sure_a_payment_is(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    state: str,
    payment_state: str | None,
    status: str,
) -> None:
    invoice = make_invoice(api, plugin, clock)
    answer = checkout_answer(clock, payment(clock, state=payment_state), state=state)
    api.put("GET /checkout", answer)
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [("17.8639906", status)]
    assert snapshot.seen == (state == "IN_PROGRESS")


STELLAR_DOLLAR = {
    "sourceAssetCode": "USDC",
    "sourceAssetIssuer": "USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZV",
    "sourceAmount": "10.0500000",
}
FAKE_XLM = {"sourceAssetIssuer": "XLM:GAFAKEISSUER"}
FAKE_BTC = {
    "sourceAssetCode": "BTC",
    "sourceAssetIssuer": "BTC:GAFAKEISSUER",
    "sourceBlockchain": "XLM",
}


@pytest.mark.parametrize("change", [STELLAR_DOLLAR, FAKE_XLM, FAKE_BTC])
def test_another_stellar_asset_counts_by_its_credit(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, change: dict[str, Any]
) -> None:
    invoice = make_invoice(api, plugin, clock)
    api.put("GET /checkout", checkout_answer(clock, payment(clock, **change)))
    report = plugin.detect_payments([invoice])
    (observed,) = report.snapshots[invoice.id].payments
    assert observed.credited == Money("10", "USD")
    assert observed.amount == invoice.amount


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("XLM", STELLAR_DOLLAR | {"creditAssetCode": "EUR"}),
        ("XLM", STELLAR_DOLLAR | {"creditAmount": "0.0000000"}),
        ("ETH", FAKE_BTC),
        ("ETH", {"sourceAssetCode": "USDT", "sourceBlockchain": "ETH"}),
        ("ETH", {"sourceAssetCode": "ETH", "sourceBlockchain": "XLM"}),
        ("XRP", {}),
    ],
)
def test_money_that_fits_no_rule_is_unmatched(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    code: str,
    change: dict[str, Any],
) -> None:
    invoice = make_invoice(api, plugin, clock, code)
    api.put("GET /checkout", checkout_answer(clock, payment(clock, **change)))
    report = plugin.detect_payments([invoice])
    assert report.snapshots[invoice.id].payments == ()
    (deposit,) = report.unmatched
    assert deposit.external_id == "06aadf4b25ac"
    assert deposit.details["checkoutId"] == CHECKOUT_ID


def test_a_relays_issuer_does_not_matter_on_other_chains(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock, "XRP")
    paid = read_case("get_payment")["payment"] | {"checkoutId": CHECKOUT_ID}
    api.put("GET /checkout", checkout_answer(clock, paid))
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [("4.429255", "CONFIRMED")]


def test_one_failing_checkout_leaves_out_only_its_invoice(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    other = replace(
        invoice, id="invoice-2", reference="bad1", provider_data={"checkoutIds": []}
    )

    def answer(seen: Seen) -> Any:
        if seen.query["id"] == "bad1":
            return checkout_answer(clock, state="PAID_IN_GOLD", checkout_id="bad1")
        return checkout_answer(clock)

    api.put("GET /checkout", answer)
    report = plugin.detect_payments([other, invoice])
    assert list(report.snapshots) == [invoice.id]
    with pytest.raises(ProviderProtocolError, match="not in the document") as caught:
        plugin.detect_payments([other])
    assert "PAID_IN_GOLD" in caught.value.evidence


def test_an_outage_ends_the_batch_early(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    batch = [replace(invoice, id=f"invoice-{n}") for n in range(3)]
    api.put("GET /checkout", (401, {"errors": ["No."]}))
    with pytest.raises(ProviderAuthError):
        plugin.detect_payments(batch)
    assert len(api.calls("GET /checkout")) == 1


def test_many_fresh_invoices_cost_one_call(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    batch = [
        replace(
            invoice,
            id=f"invoice-{n}",
            reference=f"c{n}",
            provider_data={"checkoutIds": [f"c{n}"]},
        )
        for n in range(6)
    ]
    listed = [
        checkout_answer(clock, state="IN_PROGRESS", checkout_id=f"c{n}")["checkout"]
        for n in range(5)
    ]
    api.put("GET /checkouts", {"count": 5, "checkouts": listed})
    api.put("GET /checkout", checkout_answer(clock, checkout_id="c5"))
    api.seen.clear()
    report = plugin.detect_payments(batch)
    assert len(report.snapshots) == 6 and len(api.seen) == 2
    assert report.snapshots["invoice-0"].seen
    assert not report.snapshots["invoice-5"].seen


def old_invoice(api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker) -> Invoice:
    invoice = make_invoice(api, plugin, clock)
    clock.advance(hours=30)
    checked = replace(invoice, checked_at=clock.now() - timedelta(hours=1))
    api.seen.clear()
    return checked


def test_old_invoices_are_looked_for_in_the_list_of_payments(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = old_invoice(api, plugin, clock)
    strange = payment(clock, id="p1", checkoutId="somebody")
    api.put("GET /payments", {"count": 1, "payments": [strange]})
    report = plugin.detect_payments([invoice])
    snapshot = report.snapshots[invoice.id]
    assert snapshot.payments == () and not snapshot.is_complete
    assert report.unmatched == ()
    assert [s.path for s in api.seen] == ["/payments"]


def test_news_in_the_list_lead_to_a_look_at_the_checkout(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = old_invoice(api, plugin, clock)
    api.put("GET /payments", {"count": 1, "payments": [payment(clock)]})
    answer = checkout_answer(clock, payment(clock), state="DELAYED_COMPLETED")
    api.put("GET /checkout", answer)
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [("17.8639906", "CONFIRMED")]
    # Once it is known, it is no news any more.
    known = taken_in(clock, invoice, snapshot)
    api.seen.clear()
    plugin.detect_payments([known])
    assert [s.path for s in api.seen] == ["/payments"]
    # Until its state changes.
    resolved = payment(clock, state="UNRESOLVED")
    api.put("GET /payments", {"count": 1, "payments": [resolved]})
    plugin.detect_payments([known])
    assert api.seen[-1].path == "/checkout"


def test_an_unreadable_payment_of_ours_leads_to_a_look_too(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = old_invoice(api, plugin, clock)
    broken = payment(clock, sourceAmount="much")
    api.put("GET /payments", {"count": 1, "payments": [broken]})
    api.put("GET /checkout", checkout_answer(clock, broken))
    with pytest.raises(ProviderProtocolError, match="sourceAmount"):
        plugin.detect_payments([invoice])


def test_the_walk_goes_back_to_the_last_check_and_its_pages_overlap(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = old_invoice(api, plugin, clock)
    since = clock.now() - timedelta(hours=25)
    everything = [
        payment(
            clock,
            id=f"p{n}",
            checkoutId="somebody",
            timestamp=(clock.now() - timedelta(minutes=5 * n)).isoformat(),
        )
        for n in range(1000)
    ]
    everything[280]["checkoutId"] = CHECKOUT_ID

    def answer(seen: Seen) -> Any:
        offset, limit = int(seen.query["offset"]), int(seen.query["limit"])
        # A payment arrives between two pages and shifts the rest.
        shift = 1 if offset else 0
        return {
            "count": str(len(everything) + shift),
            "limit": str(limit),
            "payments": everything[max(offset - shift, 0) :][:limit],
        }

    api.put("GET /payments", answer)
    api.put("GET /checkout", checkout_answer(clock))
    plugin.detect_payments([invoice])
    offsets = [int(s.query["offset"]) for s in api.calls("GET /payments")]
    assert offsets == [0, 240, 480]
    assert everything[480]["timestamp"] < since.isoformat()
    assert len(api.calls("GET /checkout")) == 1


def test_a_list_without_end_is_given_up(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = old_invoice(api, plugin, clock)
    page = {"payments": [payment(clock, id="p1", checkoutId="somebody")]}
    api.put("GET /payments", page)
    api.put("GET /checkout", checkout_answer(clock))
    # What the walk did not cover is looked at by itself.
    assert plugin.detect_payments([invoice]).snapshots[invoice.id].is_complete
    assert len(api.calls("GET /payments")) == 2


def test_a_failing_walk_leaves_out_only_old_invoices(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    old = old_invoice(api, plugin, clock)
    urgent = replace(old, id="invoice-2", is_urgent=True)
    api.put("GET /payments", (500, {}))
    api.put("GET /checkout", checkout_answer(clock))
    assert list(plugin.detect_payments([old, urgent]).snapshots) == ["invoice-2"]


# Webhooks


def webhook(body: bytes, auth: str | None = None) -> WebhookRequest:
    genuine = hashlib.sha256(SECRET.encode() + body).hexdigest()
    headers = {"x-webhook-auth": genuine if auth is None else auth}
    return WebhookRequest("POST", "token", headers, body)


def test_a_webhook_names_the_checkout_and_nothing_else(
    plugin: CoinqvestPlugin, api: FakeApi
) -> None:
    notice = plugin.parse_webhook(webhook(read_text("webhook_payment").encode()))
    assert notice is not None and notice.references == ("87508a7a78c3",)
    assert notice.is_signed and api.seen == []


def test_a_forged_webhook_is_refused(plugin: CoinqvestPlugin) -> None:
    body = read_text("webhook_payment").encode()
    for auth in ("", "0" * 64, "ü"):
        with pytest.raises(WebhookRefused):
            plugin.parse_webhook(webhook(body, auth))
    with pytest.raises(WebhookRefused):
        plugin.parse_webhook(WebhookRequest("POST", "token", {}, body))


def test_a_retired_webhook_is_of_no_interest(plugin: CoinqvestPlugin) -> None:
    assert plugin.parse_webhook(webhook(b'{"type":"OLD"}')) is None


# Settlement


def settle(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, *payments: Mapping[str, Any]
) -> Any:
    invoice = make_invoice(api, plugin, clock)
    api.put("GET /checkout", checkout_answer(clock, *payments))
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    invoice = taken_in(clock, invoice, snapshot)
    return plugin.settle_invoice(invoice, invoice.covers, make_checkout(clock), [])


def test_the_credit_is_what_is_settled(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    parts = [
        payment(clock, id="p1", sourceAmount="10", creditAmount="5.5978529"),
        payment(clock, id="p2", sourceAmount="7.8639906", creditAmount="4.4021471"),
    ]
    settlement = settle(api, plugin, clock, *parts)
    assert str(settlement.amount) == "10.00 USD"
    assert settlement.reference == CHECKOUT_ID
    assert settlement.details["payments"] == ["p1", "p2"]
    assert settlement.settled_at == clock.now()


@pytest.mark.parametrize("state", ["UNRESOLVED", None])
def test_as_long_as_one_payment_is_not_credited_nothing_is_settled(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, state: str | None
) -> None:
    parts = [
        payment(clock, id="p1", sourceAmount="10"),
        payment(clock, id="p2", sourceAmount="7.8639906", state=state),
    ]
    assert settle(api, plugin, clock, *parts) is None


def test_credits_of_two_issuers_are_not_added_up(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    parts = [
        payment(clock, id="p1", sourceAmount="10"),
        payment(
            clock,
            id="p2",
            sourceAmount="7.8639906",
            creditAssetIssuer="USD:GAFAKEISSUER",
        ),
    ]
    with pytest.raises(ProviderProtocolError, match="two assets"):
        settle(api, plugin, clock, *parts)


def test_nothing_paid_is_nothing_settled(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    assert settle(api, plugin, clock) is None


def test_a_later_payment_is_settled_by_itself(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    parts = [
        payment(clock, id="p1"),
        payment(clock, id="p2", timestamp=later, creditAmount="3", sourceAmount="5.36"),
    ]
    api.put("GET /checkout", checkout_answer(clock, *parts))
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    paid = taken_in(clock, invoice, snapshot)
    # The first order held 10.00 of the 13.00 that came in all.
    first = Settlement(CHECKOUT_ID, Money("10", "USD"), details={"payments": ["p1"]})
    settlement = plugin.settle_invoice(
        paid, Money("3.00", "USD"), make_checkout(clock), [first]
    )
    assert settlement is not None
    assert settlement.details["payments"] == ["p2"]
    assert str(settlement.amount) == "3.00 USD"
    assert settlement.reference == f"{CHECKOUT_ID}:2"


def test_what_a_former_settlement_brought_already_is_not_settled_again(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    api.put("GET /checkout", checkout_answer(clock, payment(clock, id="p1")))
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    paid = taken_in(clock, invoice, snapshot)
    first = Settlement(CHECKOUT_ID, Money("10", "USD"), details={"payments": ["p1"]})
    settlement = plugin.settle_invoice(
        paid, Money("3.00", "USD"), make_checkout(clock), [first]
    )
    assert settlement is not None
    assert settlement.amount == Money("0", "USD")
    assert settlement.reference != first.reference


# The hosted way


def hosted_quote(api: FakeApi, clock: Ticker) -> tuple[CoinqvestPlugin, Any, Quote]:
    plugin = make_plugin(api, clock, hosted=True)
    api.put("POST /checkout/hosted", read_text("create_hosted_checkout"))
    checkout = make_checkout(clock)
    return plugin, checkout, quote_of(plugin, checkout, "USD")


def test_a_hosted_invoice_leads_to_the_providers_page(
    api: FakeApi, clock: Ticker
) -> None:
    plugin, checkout, quote = hosted_quote(api, clock)
    assert quote.method.id == "coinqvest:USD" and quote.method.redirects
    assert api.seen == []
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    assert made.redirect_url == "https://www.coinqvest.com/en/checkout?id=b5bcf27e5482"
    assert made.reference == "b5bcf27e5482"
    assert made.amount == Money("10.00", "USD")
    sent = api.seen[0].data
    assert sent["links"] == {"cancelUrl": PAGE_URL, "returnUrl": PAGE_URL}
    assert sent["webhook"] == f"{WEBHOOK_URL}/{quote.reference['token']}"


def test_hosted_payments_count_by_their_credit(api: FakeApi, clock: Ticker) -> None:
    plugin, checkout, quote = hosted_quote(api, clock)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    invoice = to_invoice(clock, quote, made)
    parts = [
        payment(clock, id="p1", checkoutId=made.reference, creditAmount="9.9999999"),
        payment(clock, id="p2", checkoutId=made.reference, creditAssetCode="EUR"),
    ]
    api.put("GET /checkout", checkout_answer(clock, *parts, checkout_id=made.reference))
    report = plugin.detect_payments([invoice])
    assert credits_of(report.snapshots[invoice.id]) == [("10", "CONFIRMED")]
    assert [d.external_id for d in report.unmatched] == ["p2"]


def test_the_hosted_way_needs_the_settlement_in_the_charges_currency(
    api: FakeApi, clock: Ticker
) -> None:
    plugin = make_plugin(api, clock, hosted=True)
    checkout = make_checkout(clock, settle="EUR")
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert list(quotes) == [] and api.seen == []


# Test mode


def test_only_the_simulator_pays_by_itself(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "exact")


def test_live_methods_are_not_marked_as_test(api: FakeApi, clock: Ticker) -> None:
    # Hosted, it asks nobody for minimums: the live API is out of reach.
    settings = CoinqvestSettings(api_key="KEY", api_secret="SECRET", hosted=True)
    plugin = CoinqvestPlugin(settings, ProviderContext("coinqvest", WEBHOOK_URL, clock))
    methods = plugin.list_payment_methods(Currency.parse("EUR"))
    assert not any(method.is_test for method in methods)
