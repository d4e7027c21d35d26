"""Invoices: made once, whatever is lost, and the callback that is set with them."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import (
    Money,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.testing import FakeClock, MemoryOperation
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_pay.fake_api import list_of, make_settings, read_case
from tests.plugins.quoine_pay.shop_side import (
    WEBHOOK_URL,
    invoice_document,
    make_checkout,
    make_plugin,
    make_quote,
)

# Invoices


def create(
    plugin: QuoinePayPlugin, clock: FakeClock, operation: MemoryOperation
) -> Any:
    checkout = make_checkout(clock)
    return plugin.create_invoice(checkout, make_quote(plugin, checkout), operation)


def test_the_invoices_amount_is_the_one_to_pay(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    api.put("POST /invoices", invoice_document(btc_price=0.51))
    operation = MemoryOperation()
    made = create(plugin, clock, operation)
    assert made.reference == "1"
    assert made.amount == Money("0.51", "BTC")
    assert made.instructions.address == "1MutST9LxW4JxNVSjyzBV6bVwi64cD9Zoo"
    assert made.instructions.memo is None
    assert made.expires_at.isoformat() == "2014-08-08T11:10:12.855000+00:00"
    assert "googleapis" not in repr(made)
    (posted,) = api.calls("POST /invoices")
    assert posted.data == {"price": "500.00", "name": "order-42", "data": "invoice:1"}
    assert [step for step, _ in operation.history] == ["attempt", "invoice"]


def test_the_same_key_gives_the_same_invoice(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    api.put("POST /invoices", invoice_document())
    operation = MemoryOperation()
    assert create(plugin, clock, operation) == create(plugin, clock, operation)
    assert len(api.calls("POST /invoices")) == 1


def test_another_currency_is_refused_before_anything_is_made(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    checkout = make_checkout(clock)
    quote = make_quote(plugin, checkout)
    api.put("GET /profile", {**read_case("get_profile"), "currency": "JPY"})
    operation = MemoryOperation()
    with pytest.raises(ProviderRefused, match="not in USD"):
        plugin.create_invoice(checkout, quote, operation)
    assert not api.calls("POST /invoices")
    assert operation.history == []


@pytest.mark.parametrize(
    "changes",
    [
        {"price": "499.0"},
        {"currency": "JPY"},
        {"btc_price": 0},
        {"data": "invoice:2"},
        {"data": None},
        {"system_status": "melted"},
    ],
)
def test_an_answer_about_something_else_is_not_shown(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, changes: dict[str, Any]
) -> None:
    api.put("POST /invoices", invoice_document(**changes))
    with pytest.raises(ProviderProtocolError):
        create(plugin, clock, MemoryOperation())


def lost(api: FakeApi, plugin: QuoinePayPlugin, clock: FakeClock) -> MemoryOperation:
    """An operation whose POST got no answer."""
    api.put("POST /invoices", (500, {}))
    operation = MemoryOperation()
    with pytest.raises(ProviderUnavailable):
        create(plugin, clock, operation)
    return operation


def test_after_a_lost_answer_the_invoice_is_looked_for(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)

    def page(seen: Seen) -> Any:
        if "page=1&" in seen.target:
            answer = list_of(invoice_document(id=5, data="x"), pages=2, total=2)
            answer["meta"]["next_page"] = 2
            return answer
        return list_of(invoice_document(id=4), pages=2, total=2)

    api.put("GET /invoices", page)
    assert create(plugin, clock, operation).reference == "4"
    assert len(api.calls("POST /invoices")) == 1


def test_a_second_invoice_waits_until_the_first_cannot_come_any_more(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of())
    api.put("POST /invoices", invoice_document())
    clock.advance(59)
    with pytest.raises(ProviderUnavailable, match="not known yet"):
        create(plugin, clock, operation)
    clock.advance(1)
    assert create(plugin, clock, operation).reference == "1"
    assert len(api.calls("POST /invoices")) == 2


def test_a_list_that_misses_items_proves_nothing(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(data="x"), total=3))
    clock.advance(3600)
    with pytest.raises(ProviderUnavailable, match="changed while it was read"):
        create(plugin, clock, operation)
    assert len(api.calls("POST /invoices")) == 1


def test_our_own_unreadable_invoice_is_never_made_again(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(btc_price=-1)))
    clock.advance(3600)
    with pytest.raises(ProviderProtocolError, match="our invoice in the list"):
        create(plugin, clock, operation)


def test_of_two_invoices_with_our_key_the_first_is_taken(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    operation = lost(api, plugin, clock)
    api.put("GET /invoices", list_of(invoice_document(id=9), invoice_document(id=3)))
    assert create(plugin, clock, operation).reference == "3"


# Callback registration


@pytest.mark.parametrize("callback", [None, "", f"{WEBHOOK_URL}/an-older-secret"])
def test_a_missing_or_old_callback_is_set(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin, callback: str | None
) -> None:
    profile = read_case("get_profile")
    profile["settings"]["payments_callback"] = callback
    api.put("GET /profile", profile)
    api.put("POST /payments_callback_url", lambda s: {"status": "success", **s.data})
    open_profile = profile
    api.put("POST /invoices", invoice_document())
    create(plugin, clock, MemoryOperation())
    (seen,) = api.calls("POST /payments_callback_url")
    address = seen.data["callback"]
    assert address.startswith(f"{WEBHOOK_URL}/")
    assert len(address) == len(WEBHOOK_URL) + 41
    assert open_profile["settings"]["payments_callback"] == callback


def test_a_failing_callback_costs_nothing(
    api: FakeApi,
    clock: FakeClock,
    plugin: QuoinePayPlugin,
    caplog: pytest.LogCaptureFixture,
) -> None:
    api.put("GET /profile", {**read_case("get_profile"), "settings": None})
    api.put(
        "POST /payments_callback_url",
        lambda seen: (422, {"status": "fail", "message": seen.data["callback"]}),
    )
    api.put("POST /invoices", invoice_document())
    assert create(plugin, clock, MemoryOperation()).reference == "1"
    (line,) = [r.getMessage() for r in caplog.records if "quoine_pay" in r.name]
    assert "could not be set" in line
    # The path's end is a secret.
    assert f"{WEBHOOK_URL}/[redacted]" in line


@pytest.mark.parametrize(
    ("changes", "switch"), [({}, True), ({"settings": None}, False)]
)
def test_a_foreign_callback_and_the_setting_are_respected(
    api: FakeApi, clock: FakeClock, changes: dict[str, Any], switch: bool
) -> None:
    plugin = make_plugin(make_settings(api.url, register_callback=switch), clock)
    api.put("GET /profile", {**read_case("get_profile"), **changes})
    api.put("POST /invoices", invoice_document())
    create(plugin, clock, MemoryOperation())
    assert not api.calls("POST /payments_callback_url")
