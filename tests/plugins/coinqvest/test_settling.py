"""Settlement: what the provider has credited, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.domain.settlement import Settlement
from checkout_kit.errors import ProviderProtocolError
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker
from tests.plugins.coinqvest.provider_answers import (
    CHECKOUT_ID,
    checkout_answer,
    payment,
)
from tests.plugins.coinqvest.shop_side import make_checkout, make_invoice, taken_in


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
