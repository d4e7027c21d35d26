"""A refusal to tell what became of money is no word on the money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceStatus,
    Money,
    PaymentMethod,
    ProviderContext,
    ProviderError,
    ProviderRefused,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.payloads import from_asset
from tests.plugins.coinqvest.fake_api import (
    FakeApi,
    Ticker,
    make_settings,
    read_case,
    read_text,
    running_api,
)
from tests.plugins.coinqvest.shop_side import WEBHOOK_URL, make_checkout

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
NUBAN = {"nuban": "3080494543", "bankName": "FirstBank"}
NAIRA = WithdrawalRequest(
    USD,
    Money("142.31566", from_asset(USD)),
    WithdrawalTarget(Currency.parse("NGN"), bank_account=NUBAN),
)
REFUSED = (400, {"errors": ["An unexpected error occurred."]})


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("POST /withdrawal", read_text("create_withdrawal"))
        fake.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
        yield fake


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
def plugin(api: FakeApi, ticker: Ticker) -> Iterator[CoinqvestPlugin]:
    context = ProviderContext("coinqvest", WEBHOOK_URL, ticker)
    made = CoinqvestPlugin(make_settings(api), context)
    yield made
    made.close()


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
    api: FakeApi, plugin: CoinqvestPlugin, ticker: Ticker
) -> None:
    now = ticker.now()
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
        plugin.settle_invoice(invoice, invoice.covers, make_checkout(ticker), [])
    assert not isinstance(raised.value, ProviderRefused)
