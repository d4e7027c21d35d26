"""Client and plugin against the simulator, which was written apart from them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.errors import (
    NotSupported,
    ProviderAuthError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from checkout_kit.simulation import Fault
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.payloads import build_charge, build_checkout
from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    Simulator,
    create_simulator,
    simulator_of,
)
from tests.plugins.coinqvest.fake_api import Ticker, quiet_server
from tests.plugins.coinqvest.shop_side import (
    WEBHOOK_URL,
    credits_of,
    make_checkout,
    quote_of,
    taken_in,
    to_invoice,
)


@dataclass
class Bench:
    clock: Ticker
    simulator: Simulator
    settings: CoinqvestSettings

    def plugin(self, **changes: Any) -> CoinqvestPlugin:
        context = ProviderContext("coinqvest", WEBHOOK_URL, self.clock)
        return CoinqvestPlugin(replace(self.settings, **changes), context)

    def client(self, **changes: Any) -> CoinqvestClient:
        return CoinqvestClient(replace(self.settings, **changes), self.clock)

    def make_invoice(self, plugin: CoinqvestPlugin, code: str = "XLM") -> Invoice:
        checkout = make_checkout(self.clock)
        quote = quote_of(plugin, checkout, code)
        made = plugin.create_invoice(checkout, quote, MemoryOperation())
        return to_invoice(self.clock, quote, made)


@pytest.fixture
def bench() -> Iterator[Bench]:
    clock = Ticker()
    app = create_simulator(clock=clock.now)
    app.config["SIMULATOR_THREADS"] = False
    with quiet_server(app) as root:
        settings = CoinqvestSettings(
            api_key=SIMULATOR_API_KEY,
            api_secret=SIMULATOR_API_SECRET,
            base_url=f"{root}/api/v1",
            test_mode=True,
            control_url=f"{root}/control",
            read_timeout=1.0,
            total_timeout=1.5,
        )
        yield Bench(clock, simulator_of(app), settings)


def minimal_body() -> dict[str, Any]:
    return build_checkout(
        build_charge(Charge("USD", [LineItem("T-Shirt", "10")])), "USD"
    )


@pytest.mark.parametrize("auth", ["digest", "basic"])
def test_both_ways_to_authenticate(bench: Bench, auth: str) -> None:
    client = bench.client(auth=auth)
    assert client.ping() and client.auth_test()
    assert client.get_time() == int(bench.clock.now().timestamp())
    with pytest.raises(ProviderAuthError):
        bench.client(auth=auth, api_secret="wrong").auth_test()


def test_a_wrong_clock_is_put_right(bench: Bench) -> None:
    slow = Ticker(bench.clock.now())
    slow.advance(minutes=-90)
    client = CoinqvestClient(bench.settings, slow)
    assert client.auth_test()
    assert client.create_checkout(minimal_body()).id


def test_the_full_charge_is_accepted(bench: Bench) -> None:
    charge = Charge(
        "USD",
        [LineItem("T-Shirt €", "10", 2, "P1234")],
        [DiscountItem("Loyalty Discount", "0.5")],
        [ShippingCostItem("Shipping and Handling", "3.99", True)],
        [TaxItem("CA Sales Tax", "0.0825")],
    )
    client = bench.client()
    made = client.create_checkout(
        build_checkout(
            build_charge(charge), "EUR", webhook="https://shop.example.com/w"
        )
    )
    ledger = bench.simulator.ledger.find_checkout(made.id)
    assert f"{ledger.request.total:.2f}" == charge.total.to_text()
    assert client.get_checkout(made.id).webhook == "https://shop.example.com/w"
    assert [c.id for c in client.list_checkouts().checkouts] == [made.id]


@pytest.mark.parametrize("code", ["BTC", "ETH", "LTC", "XLM", "XRP"])
def test_each_asset_is_paid_and_settled(bench: Bench, code: str) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin, code)
    assert invoice.instructions is not None
    assert invoice.instructions.needs_memo == (code in ("XLM", "XRP"))
    before = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert (before.payments, before.seen) == ((), False)
    assert plugin.simulate_payment(invoice, "exact") is True
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [(invoice.amount.to_text(), "CONFIRMED")]
    assert snapshot.provider_state == "COMPLETED"
    assert snapshot.payments[0].received_at == bench.clock.now()
    paid = taken_in(bench.clock, invoice, snapshot)
    settlement = plugin.settle_invoice(
        paid, invoice.covers, make_checkout(bench.clock), []
    )
    assert settlement is not None
    assert str(settlement.amount) == "10.00 USD"
    plugin.close()


@pytest.mark.parametrize(
    ("scenario", "state"),
    [("less", "UNRESOLVED_UNDERPAID"), ("more", "UNRESOLVED_OVERPAID")],
)
def test_what_is_not_credited_is_not_settled(
    bench: Bench, scenario: str, state: str
) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin)
    plugin.simulate_payment(invoice, scenario)
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert snapshot.provider_state == state
    assert snapshot.payments[0].status.value == "CONFIRMED"
    paid = taken_in(bench.clock, invoice, snapshot)
    checkout = make_checkout(bench.clock)
    settle = plugin.settle_invoice
    assert settle(paid, invoice.covers, checkout, []) is None


def test_a_missing_state_is_not_credited(bench: Bench) -> None:
    bench.simulator.settings.change({"omit_payment_state": True})
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin)
    plugin.simulate_payment(invoice, "exact")
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    paid = taken_in(bench.clock, invoice, snapshot)
    checkout = make_checkout(bench.clock)
    settle = plugin.settle_invoice
    assert settle(paid, invoice.covers, checkout, []) is None


def test_a_deposit_on_its_way_is_seen(bench: Bench) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin, "BTC")
    control = plugin._control
    assert control is not None
    body = {"scenario": "exact", "confirm": False}
    (payment,) = control.post(f"/checkouts/{invoice.reference}/pay", body).data[
        "payments"
    ]
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert (snapshot.payments, snapshot.seen) == ((), True)
    control.post(f"/payments/{payment}/confirm", {})
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [(invoice.amount.to_text(), "CONFIRMED")]
    assert not snapshot.seen


def test_a_reversed_payment_is_reported(bench: Bench) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin)
    plugin.simulate_payment(invoice, "exact")
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    paid = taken_in(bench.clock, invoice, snapshot)
    assert plugin._control is not None
    plugin._control.post(f"/payments/{snapshot.payments[0].external_id}/reverse", {})
    after = plugin.detect_payments([paid]).snapshots[invoice.id]
    assert credits_of(after) == [(invoice.amount.to_text(), "REVERSED")]
    assert after.provider_state == "UNRESOLVED_GENERIC"


def test_a_path_payment_counts_by_its_credit(bench: Bench) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin)
    bench.simulator.network.pay(
        str(invoice.reference), _transfer(scenario="other_asset")
    )
    report = plugin.detect_payments([invoice])
    (payment,) = report.snapshots[invoice.id].payments
    assert str(payment.credited) == "10.00 USD"
    assert payment.amount == invoice.amount
    assert report.unmatched == ()


@pytest.mark.parametrize("code", ["XLM", "ETH", "XRP"])
def test_a_wrong_asset_is_unmatched(bench: Bench, code: str) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin, code)
    bench.simulator.network.pay(
        str(invoice.reference), _transfer(scenario="wrong_asset")
    )
    report = plugin.detect_payments([invoice])
    assert report.snapshots[invoice.id].payments == ()
    assert len(report.unmatched) == 1


def _transfer(**parts: Any) -> Any:
    from checkout_kit_coinqvest.simulator.chain import Transfer

    return Transfer(**parts)


def test_late_money_is_found_by_the_walk(bench: Bench) -> None:
    plugin = bench.plugin()
    invoices = [
        replace(bench.make_invoice(plugin), id=f"invoice-{n}") for n in range(6)
    ]
    bench.clock.advance(hours=5)
    plugin.simulate_payment(invoices[2], "exact")
    report = plugin.detect_payments(invoices)
    assert set(report.snapshots) == {i.id for i in invoices}
    paid = report.snapshots[invoices[2].id]
    assert paid.provider_state == "DELAYED_COMPLETED" and paid.is_complete
    assert not report.snapshots[invoices[0].id].is_complete


def test_a_webhook_leads_to_its_invoice(bench: Bench) -> None:
    from checkout_kit.domain.webhook import WebhookRequest

    received: list[tuple[str, dict[str, str], bytes]] = []

    def shop(environ: Any, start_response: Any) -> Any:
        from werkzeug.wrappers import Request, Response

        request = Request(environ)
        headers = {name.lower(): value for name, value in request.headers.items()}
        received.append((request.path, headers, request.get_data()))
        return Response("")(environ, start_response)

    with quiet_server(shop) as root:
        context = ProviderContext("coinqvest", f"{root}/hook", bench.clock)
        plugin = CoinqvestPlugin(bench.settings, context)
        invoice = bench.make_invoice(plugin)
        plugin.simulate_payment(invoice, "exact")
        bench.simulator.deliver_due()
    ((path, headers, body),) = received
    token = path.removeprefix("/hook/")
    assert token == invoice.quote_reference["token"]
    notice = plugin.parse_webhook(WebhookRequest("POST", token, headers, body))
    assert notice is not None
    assert notice.references == (invoice.reference,) and notice.is_signed


def test_a_commit_whose_answer_was_lost_is_repeated(bench: Bench) -> None:
    plugin = bench.plugin()
    checkout = make_checkout(bench.clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    _break_next(bench, "/checkout/commit")
    with pytest.raises((ProviderUnavailable, ProviderTimeout)):
        plugin.create_invoice(checkout, quote, operation)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == quote.reference["checkoutId"]
    assert plugin.create_invoice(checkout, quote, operation) == made


def test_a_commit_that_may_not_be_repeated_gives_a_new_checkout(bench: Bench) -> None:
    bench.simulator.settings.change({"refuse_second_commit": True})
    plugin = bench.plugin()
    checkout = make_checkout(bench.clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    _break_next(bench, "/checkout/commit")
    with pytest.raises((ProviderUnavailable, ProviderTimeout)):
        plugin.create_invoice(checkout, quote, operation)
    # The new checkout's answer is lost as well: it is found by its token.
    _break_next(bench, "/checkout")
    with pytest.raises((ProviderUnavailable, ProviderTimeout)):
        plugin.create_invoice(checkout, quote, operation)
    made = plugin.create_invoice(checkout, quote, operation)
    first, second = made.provider_data["checkoutIds"]
    assert first == quote.reference["checkoutId"] and second == made.reference
    assert len(bench.simulator.ledger.list_checkouts()) == 2
    assert plugin.create_invoice(checkout, quote, operation) == made
    # Money for the first one counts too, should anybody have seen its address.
    invoice = to_invoice(bench.clock, quote, made)
    bench.simulator.network.pay(first, _transfer())
    report = plugin.detect_payments([invoice])
    assert len(report.snapshots[invoice.id].payments) == 1


def _break_next(bench: Bench, path: str) -> None:
    bench.simulator.faults.add(Fault("drop", 1, path, "POST"))


def test_the_hosted_way(bench: Bench) -> None:
    plugin = bench.plugin(hosted=True)
    checkout = make_checkout(bench.clock)
    quote = quote_of(plugin, checkout, "USD")
    operation = MemoryOperation()
    _break_next(bench, "/checkout/hosted")
    with pytest.raises((ProviderUnavailable, ProviderTimeout)):
        plugin.create_invoice(checkout, quote, operation)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.redirect_url is not None
    assert len(bench.simulator.ledger.list_checkouts()) == 1
    assert plugin.create_invoice(checkout, quote, operation) == made
    invoice = to_invoice(bench.clock, quote, made)
    assert plugin.simulate_payment(invoice, "exact")
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert credits_of(snapshot) == [("10", "CONFIRMED")]


def test_scenarios_that_make_no_sense_are_not_supported(bench: Bench) -> None:
    plugin = bench.plugin()
    invoice = bench.make_invoice(plugin, "BTC")
    for scenario in ("without_memo", "nonsense"):
        with pytest.raises(NotSupported):
            plugin.simulate_payment(invoice, scenario)
    with pytest.raises(NotSupported):
        bench.plugin(control_url=None).simulate_payment(invoice, "exact")


def test_a_part_payment_is_continued_for_the_rest(bench: Bench) -> None:
    plugin = bench.plugin()
    checkout = make_checkout(bench.clock)
    quote = quote_of(plugin, checkout, "XLM", due="4.20")
    made = bench.simulator.ledger.find_checkout(str(quote.reference["checkoutId"]))
    assert f"{made.request.total:.2f}" == "4.20"
    assert quote.covers.to_text() == "4.2"


def test_an_unknown_checkout_is_refused(bench: Bench) -> None:
    with pytest.raises(ProviderRefused):
        bench.client().get_checkout("000000000000")


def test_many_threads_share_one_plugin(bench: Bench) -> None:
    plugin = bench.plugin()
    made: list[Invoice] = []
    threads = [
        threading.Thread(target=lambda: made.append(bench.make_invoice(plugin)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({invoice.reference for invoice in made}) == 4
