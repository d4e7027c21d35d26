"""Deposits on an invoice's address: which one pays it, and how sure it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import Money, PaymentStatus, ProviderProtocolError
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import FakeApi, FakeClock
from tests.plugins.cryptocoin_pro.shop_side import (
    ETH,
    ORDER,
    USER,
    deposit_invoice,
    order,
    paid,
    snapshot,
)


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
