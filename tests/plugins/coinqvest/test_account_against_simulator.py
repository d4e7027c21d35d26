"""Wallets, withdrawals, lists, customers: client and plugin on the simulator."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.domain.withdrawal import (
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.errors import ProviderError, ProviderRefused
from checkout_kit.simulation import Fault
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    Simulator,
    create_simulator,
    simulator_of,
)
from tests.plugins.coinqvest.fake_api import Ticker, quiet_server, read_case
from tests.plugins.coinqvest.shop_side import (
    WEBHOOK_URL,
    make_checkout,
    quote_of,
    to_invoice,
)

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
STELLAR = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"


@dataclass
class Bench:
    clock: Ticker
    simulator: Simulator
    plugin: CoinqvestPlugin
    client: CoinqvestClient

    def committed(self) -> int:
        return sum(w["commits"] for w in self.simulator.withdrawals.list_all())

    def break_next(self, mode: str, path: str, method: str = "") -> None:
        self.simulator.faults.add(Fault(mode, 1, path, method, seconds=2))


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
        context = ProviderContext("coinqvest", WEBHOOK_URL, clock)
        plugin = CoinqvestPlugin(settings, context)
        basic = CoinqvestClient(replace(settings, auth="basic"), clock)
        simulator = simulator_of(app)
        simulator.wallets.add(USD, Money("1000", "USD").amount)
        yield Bench(clock, simulator, plugin, basic)
        plugin.close()
        basic.close()


def lumens(**parts: Any) -> WithdrawalRequest:
    target = WithdrawalTarget(
        Currency.parse("XLM"), STELLAR, memo="EXODUS", memo_type="text"
    )
    return WithdrawalRequest(USD, Money("10", from_asset(USD)), target, **parts)


def test_a_withdrawal_from_start_to_end(bench: Bench) -> None:
    operation = MemoryOperation()
    done = bench.plugin.withdraw_funds(lumens(), operation)
    assert done.status is WithdrawalStatus.PROCESSING
    assert str(done.received) == "165.7007861 XLM" and done.transaction_id
    bench.clock.advance(minutes=10)
    done = bench.plugin.withdraw_funds(lumens(), operation)
    assert done.status is WithdrawalStatus.COMPLETED
    wallets = {w.reference: w.balance for w in bench.plugin.list_wallets()}
    assert wallets[USD] == Money("990", from_asset(USD))
    assert bench.committed() == 1


def test_what_fails_later_comes_back(bench: Bench) -> None:
    operation = MemoryOperation()
    done = bench.plugin.withdraw_funds(lumens(), operation)
    bench.simulator.withdrawals.end(done.reference, "FAILED")
    done = bench.plugin.withdraw_funds(lumens(), operation)
    assert done.status is WithdrawalStatus.FAILED
    wallets = {w.reference: w.balance for w in bench.plugin.list_wallets()}
    assert wallets[USD] == Money("1000", from_asset(USD))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["drop", "malformed", "truncated", "slow"])
@pytest.mark.parametrize("path", ["/withdrawal", "/withdrawal/commit"])
def test_a_lost_answer_never_sends_twice(bench: Bench, path: str, mode: str) -> None:
    bench.break_next(mode, path, "POST")
    operation = MemoryOperation()
    with pytest.raises(ProviderError):
        bench.plugin.withdraw_funds(lumens(), operation)
    done = bench.plugin.withdraw_funds(lumens(), operation)
    assert done.status in (WithdrawalStatus.PENDING, WithdrawalStatus.PROCESSING)
    # A slow commit is still under way here, and the look-up can't know.
    until = time.monotonic() + 5
    while not bench.committed() and time.monotonic() < until:
        time.sleep(0.05)
    for _ in range(2):
        bench.clock.advance(minutes=10)
        done = bench.plugin.withdraw_funds(lumens(), operation)
    assert done.status is WithdrawalStatus.COMPLETED
    assert bench.committed() == 1


def test_more_than_there_is_is_refused(bench: Bench) -> None:
    much = replace(lumens(), amount=Money("1000.01", from_asset(USD)))
    with pytest.raises(ProviderRefused, match="more than your wallet holds"):
        bench.plugin.withdraw_funds(much, MemoryOperation())


def test_a_paid_checkout_fills_a_wallet(bench: Bench) -> None:
    checkout = make_checkout(bench.clock)
    quote = quote_of(bench.plugin, checkout, "XLM")
    made = bench.plugin.create_invoice(checkout, quote, MemoryOperation())
    bench.plugin.simulate_payment(to_invoice(bench.clock, quote, made), "exact")
    wallets = {w.reference: w.balance for w in bench.plugin.list_wallets()}
    assert wallets[USD] == Money("1010", from_asset(USD))


def test_every_list_and_object_can_be_read(bench: Bench) -> None:
    client = bench.client
    for issuer in client.list_asset_issuers():
        assert client.get_asset_issuer(issuer.id) == issuer
        assert client.get_asset(issuer.id).issuer is not None
    for currency in client.list_fiat_currencies():
        assert client.get_fiat_currency(currency.code) == currency
    for chain in client.list_blockchains():
        assert client.get_blockchain(chain.code) == chain
    assert {asset.type for asset in client.list_assets()} == {"CRYPTO", "FIAT"}
    made = bench.plugin.withdraw_funds(lumens(), MemoryOperation())
    (listed,) = client.list_withdrawals().withdrawals
    assert listed == client.get_withdrawal(made.reference)


def test_customers_over_http(bench: Bench) -> None:
    client = bench.client
    given = read_case("request_customer")["customer"]
    customer_id = client.create_customer(given)
    assert client.update_customer({"id": customer_id, "note": "Zoë\nsays hello"})
    (customer,) = client.list_customers().customers
    assert customer.note == "Zoë\nsays hello" and customer == client.get_customer(
        customer_id
    )
    assert client.delete_customer(customer_id)
    with pytest.raises(ProviderRefused):
        client.get_customer(customer_id)


def test_put_and_delete_are_signed_with_their_bodies(bench: Bench) -> None:
    digest = bench.plugin._client
    customer_id = digest.create_customer({"email": "ada@example.com"})
    assert digest.update_customer({"id": customer_id, "firstname": "Ada"})
    assert digest.delete_customer(customer_id)


def test_minimums_are_the_simulators_own(bench: Bench) -> None:
    checkout = make_checkout(bench.clock, total="1.00")
    quotes = bench.plugin.quote_price(
        checkout.charge,
        bench.plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert [q.method.currency.code for q in quotes] == ["XLM", "XRP"]


def test_what_is_recorded_is_plain_json(bench: Bench) -> None:
    operation = MemoryOperation()
    bench.plugin.withdraw_funds(lumens(), operation)
    assert json.loads(json.dumps(operation.steps)) == operation.steps
    # Where money goes is in the request, and need not be kept twice.
    assert STELLAR not in json.dumps(operation.steps)
