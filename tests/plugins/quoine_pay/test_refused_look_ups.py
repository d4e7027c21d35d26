"""A refusal to tell what became of money is no word on the money."""

from __future__ import annotations

import pytest

from checkout_kit import ProviderAuthError, ProviderError, ProviderRefused
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.shop_side import open_invoice


def test_a_refused_look_up_does_not_end_a_settlement(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    missing = {"status": "fail", "message": "Invoice not found"}
    api.put("GET /invoices/1", (404, missing))
    with pytest.raises(ProviderError, match="not found") as raised:
        plugin.settle_invoice(invoice, invoice.covers, ())
    assert not isinstance(raised.value, ProviderRefused)
    api.put("GET /invoices/1", (401, missing))
    with pytest.raises(ProviderAuthError):
        plugin.settle_invoice(invoice, invoice.covers, ())
