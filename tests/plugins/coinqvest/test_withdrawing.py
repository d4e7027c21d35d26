"""Money leaves the account once, to where it was meant to go, or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import Withdrawal, WithdrawalStatus
from checkout_kit.errors import (
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, read_case, read_text
from tests.plugins.coinqvest.withdrawal_side import NAIRA, commits, request, state

WITHDRAWAL_ID = "12d72c3c8145"


def test_what_is_prepared_is_what_is_sent_later(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    prepared = plugin.prepare_withdrawal(NAIRA, operation)
    assert prepared.status is WithdrawalStatus.PENDING
    assert str(prepared.received) == "30727.13 NGN"
    assert commits(api) == 0
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"), state("PROCESSING"))
    promised = replace(NAIRA, least_received=prepared.received)
    done = plugin.withdraw_funds(promised, operation)
    assert (done.reference, done.status) == (
        prepared.reference,
        WithdrawalStatus.PROCESSING,
    )
    assert commits(api) == len(api.calls("POST /withdrawal")) == 1


def test_preparing_twice_makes_one(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    prepared = [plugin.prepare_withdrawal(NAIRA, operation) for _ in range(2)]
    assert prepared[0].reference == prepared[1].reference
    assert len(api.calls("POST /withdrawal")) == 1


def test_less_than_was_promised_is_not_sent(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    prepared = plugin.prepare_withdrawal(NAIRA, operation)
    promised = replace(NAIRA, least_received=prepared.received)
    less = state("PENDING_API_COMMIT", targetAmount="30727.1200000")
    api.put("GET /withdrawal", less)
    with pytest.raises(ProviderRefused, match="less would arrive"):
        plugin.withdraw_funds(promised, operation)
    assert commits(api) == 0


def test_preparing_refuses_what_goes_elsewhere(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    other = read_case("create_withdrawal")
    other["withdrawal"]["targetAccount"]["nuban"] = "0000014579"
    api.put("POST /withdrawal", other)
    with pytest.raises(ProviderProtocolError):
        plugin.prepare_withdrawal(NAIRA, MemoryOperation())


def test_a_withdrawal_takes_two_steps_and_only_the_look_up_counts(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    done = plugin.withdraw_funds(NAIRA, operation)
    # The commit's own answer said COMPLETED.
    assert done.status is WithdrawalStatus.PROCESSING
    assert done.reference == WITHDRAWAL_ID
    assert str(done.received) == "30727.13 NGN" and str(done.fee) == "200.00 NGN"
    assert done.amount.amount == Decimal("142.31566")
    assert [(step, data.get("outcome")) for step, data in operation.history] == [
        ("withdrawal", None),
        ("commit", "sent"),
        ("commit", "accepted"),
    ]
    for name in ("PROCESSING", "COMPLETED"):
        api.put("GET /withdrawal", state(name))
        done = plugin.withdraw_funds(NAIRA, operation)
        assert done.status.value == name
    assert commits(api) == len(api.calls("POST /withdrawal")) == 1


def test_a_failed_withdrawal_is_final(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    api.put("GET /withdrawal", state("FAILED"))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.FAILED and done.status.is_final


def test_a_look_up_that_lags_behind_is_not_believed(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT", transactionId=None))
    for _ in range(3):
        done = plugin.withdraw_funds(NAIRA, operation)
        assert done.status is WithdrawalStatus.PROCESSING and done.problem is None
    assert commits(api) == 1


def test_an_accepted_commit_counts_without_a_look_up(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("GET /withdrawal", (404, {"errors": ["Not found."]}))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.PROCESSING


def test_a_refused_commit_stays_refused(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (400, {"errors": ["Too little money."]}))
    for _ in range(2):
        with pytest.raises(ProviderRefused, match="Too little money"):
            plugin.withdraw_funds(NAIRA, operation)
    assert commits(api) == 1


def test_a_commit_that_was_refused_as_done_is_looked_up(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("POST /withdrawal/commit", (400, {"errors": ["Committed already."]}))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.PROCESSING


def test_a_refused_withdrawal_is_not_recorded(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("POST /withdrawal", (400, {"errors": ["sourceAmount: too low."]}))
    with pytest.raises(ProviderRefused):
        plugin.withdraw_funds(NAIRA, operation)
    api.put("POST /withdrawal", {"errors": ["Service unavailable."]})
    with pytest.raises(ProviderUnavailable):
        plugin.withdraw_funds(NAIRA, operation)
    assert operation.history == [] and commits(api) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"sourceAmount": "1423.1566"},
        {"sourceAssetIssuer": "XLM:NATIVE"},
        {"targetFiatCurrency": "EUR"},
        {"targetFiatCurrency": None},
        {"targetAccount": {"nuban": "3080494549", "bankName": "FirstBank"}},
        {"targetAccount": {}},
        {"state": "COMPLETED"},
    ],
)
def test_anything_else_than_was_asked_for_is_never_committed(
    api: FakeApi, plugin: CoinqvestPlugin, changes: dict[str, Any]
) -> None:
    case = read_case("create_withdrawal")
    case["withdrawal"] |= changes
    api.put("POST /withdrawal", case)
    with pytest.raises(ProviderProtocolError):
        plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert commits(api) == 0


def test_too_little_that_would_arrive_is_never_committed(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    wanted = request(NAIRA.target, least_received=Money("30727.14", "NGN"))
    api.put("GET /withdrawal", read_text("create_withdrawal"))
    for _ in range(2):
        with pytest.raises(ProviderRefused):
            plugin.withdraw_funds(wanted, operation)
    assert commits(api) == 0 and len(api.calls("POST /withdrawal")) == 1
    enough = request(NAIRA.target, least_received=Money("30727.13", "NGN"))
    assert isinstance(plugin.withdraw_funds(enough, MemoryOperation()), Withdrawal)
