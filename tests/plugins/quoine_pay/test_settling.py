"""Settlement: the quoted price, once it is captured."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import Money, ProviderProtocolError, ProviderRefused
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.fake_api import (
    CAPTURED,
    COMPLETE,
    CONFIRMED,
    EXPIRED,
    INVALID,
    OPEN,
    UNCONFIRMED,
)
from tests.plugins.quoine_pay.shop_side import USD, invoice_document, open_invoice


@pytest.mark.parametrize("status", [OPEN, UNCONFIRMED, CONFIRMED, EXPIRED, INVALID])
def test_nothing_is_settled_before_it_is_captured(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, status: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**status, btc_balance=0.9))
    assert plugin.settle_invoice(invoice, invoice.covers, ()) is None


@pytest.mark.parametrize("status", [CAPTURED, COMPLETE])
def test_the_quoted_price_is_settled_and_no_more(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, status: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**status, btc_balance=0.9))
    settlement = plugin.settle_invoice(invoice, Money("900.00", USD), ())
    assert settlement is not None
    assert settlement.amount == Money("500.00", USD)
    with pytest.raises(ProviderRefused, match="once"):
        plugin.settle_invoice(invoice, Money("400.00", USD), [settlement])


@pytest.mark.parametrize("changes", [{"price": "900.0"}, {"currency": "JPY"}])
def test_another_price_is_never_settled(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, changes: dict[str, Any]
) -> None:
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", invoice_document(**CAPTURED, **changes))
    with pytest.raises(ProviderProtocolError, match="price"):
        plugin.settle_invoice(invoice, invoice.covers, ())
