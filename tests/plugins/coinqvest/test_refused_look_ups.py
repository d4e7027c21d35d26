"""A refusal to tell what became of money is no word on the money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceStatus,
    Money,
    PaymentMethod,
    ProviderError,
    ProviderRefused,
    WithdrawalStatus,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import (
    FakeApi,
    Ticker,
    read_case,
    read_text,
)
from tests.plugins.coinqvest.shop_side import make_checkout
from tests.plugins.coinqvest.withdrawal_side import NAIRA

REFUSED = (400, {"errors": ["An unexpected error occurred."]})


def state(name: str) -> dict[str, Any]:
    withdrawal = read_case("get_withdrawal")["withdrawal"]
    return {"withdrawal": withdrawal | {"state": name}}


@pytest.mark.parametrize(
    "answer",
    [read_text("commit_withdrawal"), (503, {"errors": ["Service unavailable."]})],
    ids=["accepted", "lost"],
)
def test_a_refused_look_up_does_not_end_what_may_have_left(
    answer: Any, api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PROCESSING"))
    api.put("POST /withdrawal/commit", answer)
    try:
        plugin.withdraw_funds(NAIRA, operation)
    except ProviderError as err:
        assert not isinstance(err, ProviderRefused)
    api.put("GET /withdrawal", REFUSED)
    with pytest.raises(ProviderError) as raised:
        plugin.withdraw_funds(NAIRA, operation)
    # The kit ends a withdrawal that is refused, and the merchant makes another.
    assert not isinstance(raised.value, ProviderRefused)
    api.put("GET /withdrawal", state("COMPLETED"))
    done = plugin.withdraw_funds(NAIRA, operation)
    assert done.status is WithdrawalStatus.COMPLETED
    assert len(api.calls("POST /withdrawal/commit")) == 1


def test_neither_does_one_after_a_refused_commit(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("POST /withdrawal/commit", REFUSED)
    api.put("GET /withdrawal", REFUSED)
    with pytest.raises(ProviderError) as raised:
        plugin.withdraw_funds(NAIRA, operation)
    assert not isinstance(raised.value, ProviderRefused)


def test_what_was_never_committed_may_be_refused(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    plugin.prepare_withdrawal(NAIRA, operation)
    api.put("GET /withdrawal", REFUSED)
    with pytest.raises(ProviderRefused):
        plugin.withdraw_funds(NAIRA, operation)
    assert api.calls("POST /withdrawal/commit") == []


def test_a_refused_look_up_does_not_end_a_settlement(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    now = clock.now()
    asset = Currency.parse("XLM")
    invoice = Invoice(
        id="invoice-1",
        checkout_id="c" * 32,
        method=PaymentMethod("coinqvest", asset, "Stellar Lumens"),
        operation_key="invoice:1",
        covers=Money("10", "USD"),
        amount=Money("170", asset),
        status=InvoiceStatus.OPEN,
        created_at=now,
        expires_at=now + timedelta(hours=1),
        reference="6d55626309d6",
    )
    api.put("GET /checkout", REFUSED)
    with pytest.raises(ProviderError, match="unexpected") as raised:
        plugin.settle_invoice(invoice, invoice.covers, make_checkout(clock), [])
    assert not isinstance(raised.value, ProviderRefused)
