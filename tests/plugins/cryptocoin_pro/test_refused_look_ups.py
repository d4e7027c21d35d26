"""A refusal to tell what became of money is no word on the money."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import (
    Money,
    ProviderError,
    ProviderRefused,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import WALLET, FakeApi, data_of
from tests.plugins.cryptocoin_pro.shop_side import ETH, USER, Notes, order, seconds

QUOTE_ID = "00000000-0000-4000-8000-000000000000"
ORDER_ID = "e4c9dc01-5b65-4186-a149-cd31aaae3603"
CONFIRM = f"POST {USER}/quote/{QUOTE_ID}"
QUOTE, ORDER = f"GET {USER}/quote/{QUOTE_ID}", f"GET {USER}/order/{ORDER_ID}"
REFUSED = (403, {"message": "Unable to process your request."})
LOST = (503, {"message": "Server Error"})
REQUEST = WithdrawalRequest("ETH", Money("0.25", ETH), WithdrawalTarget(ETH, WALLET))


@pytest.fixture
def quote(api: FakeApi, plugin: CryptocoinProPlugin) -> dict[str, Any]:
    """The quote of a withdrawal, which can be confirmed."""
    made = data_of("post_user_quote") | {
        "id": QUOTE_ID,
        "typeOperationName": "withdraw",
        "to": "ETH",
        "amount": "0.25",
        "rate": "1",
        "total": "0.245",
        "wallet": WALLET,
        "lifeUntilAt": seconds() + 3600,
    }
    sent = order("PAYMENT_WAITING", "withdraw") | {
        "id": ORDER_ID,
        "fromSymbol": "ETH",
        "fromAmount": "0.25",
        "toAmount": "0.245",
    }
    api.put(f"POST {USER}/quote", (201, {"data": made}))
    api.put(QUOTE, {"data": made})
    api.put(CONFIRM, (201, {"data": sent}))
    api.put(ORDER, {"data": sent})
    return made


def refused(plugin: CryptocoinProPlugin, notes: Notes) -> bool:
    """Whether a withdrawal fails in the way that ends it."""
    with pytest.raises(ProviderError) as raised:
        plugin.withdraw_funds(REQUEST, notes)
    return isinstance(raised.value, ProviderRefused)


@pytest.mark.parametrize("answer", [REFUSED, (404, {"message": "No query results."})])
def test_an_order_that_is_not_told_does_not_end_a_withdrawal(
    answer: Any, api: FakeApi, plugin: CryptocoinProPlugin, quote: dict[str, Any]
) -> None:
    notes = Notes()
    plugin.withdraw_funds(REQUEST, notes)
    told = api.answers[ORDER]
    api.put(ORDER, answer)
    # The kit ends a withdrawal that is refused, and the merchant makes another.
    assert not refused(plugin, notes)
    api.answers[ORDER] = told
    assert plugin.withdraw_funds(REQUEST, notes).status is WithdrawalStatus.PENDING
    assert len(api.calls(CONFIRM)) == 1


@pytest.mark.parametrize("answer", [LOST, REFUSED])
def test_neither_does_a_quote_that_is_not_told(
    answer: Any, api: FakeApi, plugin: CryptocoinProPlugin, quote: dict[str, Any]
) -> None:
    notes = Notes()
    api.put(CONFIRM, answer)
    api.put(QUOTE, REFUSED)
    assert not refused(plugin, notes)
    assert not refused(plugin, notes)
    assert len(api.calls(CONFIRM)) == 1


def test_a_quote_that_is_not_to_be_had_ends_it(
    api: FakeApi, plugin: CryptocoinProPlugin, quote: dict[str, Any]
) -> None:
    api.put(f"POST {USER}/quote", REFUSED)
    assert refused(plugin, Notes())
    assert api.calls(CONFIRM) == []
