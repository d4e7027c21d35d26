"""A commit whose outcome nobody knows is judged by the look-up, and never doubled."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.withdrawal import WithdrawalStatus
from checkout_kit.errors import ProviderError
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.fakes.crash import Crash, crash_at
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker, read_case, read_text
from tests.plugins.coinqvest.withdrawal_side import NAIRA, commits, state


class CrashingOperation(MemoryOperation):
    """Crashes at the n-th record, before or after it is committed."""

    def __init__(self, number: int, *, before: bool) -> None:
        super().__init__()
        self.crash, self.is_before = crash_at(number), before

    def record(self, step: str, data: Any) -> None:
        if self.is_before:
            self.crash(step, data)
        super().record(step, data)
        if not self.is_before:
            self.crash(step, data)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_crash_at_any_step_never_commits_twice(
    api: FakeApi, plugin: CoinqvestPlugin, number: int, before: bool
) -> None:
    is_committed = False

    def commit(seen: Any) -> Any:
        nonlocal is_committed
        assert not is_committed, "committed twice"
        is_committed = True
        return read_case("commit_withdrawal")

    def look_up(seen: Any) -> Any:
        return state("PROCESSING" if is_committed else "PENDING_API_COMMIT")

    api.put("POST /withdrawal/commit", commit)
    api.put("GET /withdrawal", look_up)
    operation = CrashingOperation(number, before=before)
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    results = [plugin.withdraw_funds(NAIRA, operation) for _ in range(3)]
    assert commits(api) <= 1
    if is_committed:
        assert results[-1].status is WithdrawalStatus.PROCESSING
    else:
        # Whether the commit was sent, nobody knows yet.
        assert (number, before) == (2, False)
        assert results[-1].status is WithdrawalStatus.PENDING
        assert results[-1].problem is not None


@pytest.mark.parametrize("answer", [(500, ""), "<html>", "{", {"withdrawal": {}}])
def test_a_lost_commit_is_looked_up_and_not_repeated(
    api: FakeApi, plugin: CoinqvestPlugin, answer: Any
) -> None:
    operation = MemoryOperation()
    api.put("POST /withdrawal/commit", answer)
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert done.status is WithdrawalStatus.PROCESSING
    assert commits(api) == 1


def test_a_doubt_is_settled_by_what_the_look_up_says_long_after(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = CrashingOperation(2, before=False)
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    clock.advance(minutes=9, seconds=59)
    assert plugin.withdraw_funds(NAIRA, operation).problem is not None
    assert commits(api) == 0
    clock.advance(seconds=1)

    def commit(seen: Any) -> Any:
        api.put("GET /withdrawal", state("PROCESSING"))
        return read_case("commit_withdrawal")

    api.put("POST /withdrawal/commit", commit)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, done.problem) == (WithdrawalStatus.PROCESSING, None)
    assert plugin.withdraw_funds(NAIRA, operation).status is done.status
    assert commits(api) == 1
    assert len(api.calls("POST /withdrawal")) == 1


def test_a_doubt_is_not_settled_if_it_was_committed(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = CrashingOperation(2, before=False)
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    clock.advance(hours=1)
    api.put("GET /withdrawal", state("COMPLETED"))
    assert plugin.withdraw_funds(NAIRA, operation).status is WithdrawalStatus.COMPLETED
    assert commits(api) == 0


def test_a_doubt_that_comes_again_and_again_is_an_operators(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (500, ""))
    for _ in range(3):
        with pytest.raises(ProviderError):
            plugin.withdraw_funds(NAIRA, operation)
        clock.advance(minutes=10)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, commits(api)) == (WithdrawalStatus.PENDING, 3)
    assert done.problem is not None


def test_a_repeated_commit_that_is_refused_is_a_doubt_and_no_failure(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (500, ""))
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    clock.advance(minutes=10)
    api.put("POST /withdrawal/commit", (400, {"errors": ["Committed already."]}))
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, commits(api)) == (WithdrawalStatus.PENDING, 2)
    api.put("GET /withdrawal", state("COMPLETED"))
    assert plugin.withdraw_funds(NAIRA, operation).status is WithdrawalStatus.COMPLETED


@pytest.mark.parametrize(
    "answer", [(429, {"errors": ["Too many requests."]}), (401, {"errors": ["auth"]})]
)
def test_what_was_surely_not_processed_is_sent_again(
    api: FakeApi, plugin: CoinqvestPlugin, answer: Any
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", answer)
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    api.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
    done = plugin.withdraw_funds(NAIRA, operation)
    assert done.status is WithdrawalStatus.PROCESSING
    assert len(api.calls("POST /withdrawal")) == 1
