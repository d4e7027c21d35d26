"""Payments: what counts, how sure it is, and at how many calls it is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.errors import ProviderAuthError, ProviderProtocolError
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Seen, Ticker, read_case
from tests.plugins.coinqvest.provider_answers import (
    CHECKOUT_ID,
    checkout_answer,
    payment,
)
from tests.plugins.coinqvest.shop_side import credits_of, make_invoice, taken_in


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
