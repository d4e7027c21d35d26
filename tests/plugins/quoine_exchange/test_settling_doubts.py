"""Funding: once, whatever is lost, repeated, crashes, or is moved by somebody else."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    Money,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from tests.fakes.crash import Crash, crash_at
from tests.plugins.quoine_exchange.exchange_side import (
    FUND,
    JPY_ACCOUNT,
    USD_ACCOUNT,
    Exchange,
    lose,
    settle,
)

# Each test serves an exchange of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow

ACCOUNTS = "/users/1200/accounts"
SUBJECT = f"quoine_exchange:account:{USD_ACCOUNT}"


@pytest.mark.parametrize("repeated", ["processed", "ignored", "refused"])
@pytest.mark.parametrize("mode", ["drop", "truncated", "malformed"])
def test_a_lost_answer_is_found_in_the_balance(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str,
    repeated: str,
) -> None:
    exchange.parts.settings.change({"repeated_request_id": repeated})
    lose(exchange, plugin, operation, mode)
    # Not judged at once: the request may still be on its way.
    with pytest.raises(ProviderUnavailable, match="60 s"):
        settle(exchange, plugin, operation)
    exchange.clock.advance(60)
    done = settle(exchange, plugin, operation)
    assert done.details["proof"] == "balance"
    assert exchange.moved() == [Decimal(50)]
    assert operation.reservations == {}


@pytest.mark.parametrize("repeated", ["processed", "ignored", "refused"])
@pytest.mark.parametrize("mode", ["500", "503_internal", "503_limit", "503_access"])
def test_what_was_never_processed_is_sent_again_with_the_same_id(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str,
    repeated: str,
) -> None:
    # Of a 503 nobody knows whether it acted, whatever its words are.
    exchange.parts.settings.change({"repeated_request_id": repeated})
    lose(exchange, plugin, operation, mode)
    exchange.clock.advance(60)
    done = settle(exchange, plugin, operation)
    assert done.reference == "settle-i1-1"
    assert exchange.moved() == [Decimal(50)]
    assert exchange.parts.books.movements[0].request_id == "settle-i1-1"


def test_a_repetition_that_is_refused_is_judged_by_the_balance(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The first one seems not to have acted, but takes effect between the look at the
    # balance and the repetition.
    lose(exchange, plugin, operation, "500")
    exchange.clock.advance(60)
    exchange.parts.settings.change({"repeated_request_id": "refused"})
    real = exchange.parts.books.move

    def late(*arguments: Any) -> Any:
        monkeypatch.undo()
        real(*arguments)
        return real(*arguments)

    monkeypatch.setattr(exchange.parts.books, "move", late)
    with pytest.raises(ProviderUnavailable, match="already been taken"):
        settle(exchange, plugin, operation)
    exchange.clock.advance(60)
    assert settle(exchange, plugin, operation).details["proof"] == "balance"
    assert exchange.moved() == [Decimal(50)]


def test_a_repetition_that_is_refused_and_changed_nothing_is_refused(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    lose(exchange, plugin, operation, "500")
    exchange.clock.advance(60)
    exchange.parts.settings.change({"repeated_request_id": "refused"})
    exchange.parts.books.move(JPY_ACCOUNT, Decimal(1), "settle-i1-1", None)
    with pytest.raises(ProviderUnavailable):
        settle(exchange, plugin, operation)
    exchange.clock.advance(60)
    with pytest.raises(ProviderRefused, match="already been taken"):
        settle(exchange, plugin, operation)
    assert exchange.balance() == Decimal(200)
    assert operation.reservations == {}


@pytest.mark.parametrize("stranger", ["12.34", "-7", "50"])
@pytest.mark.parametrize("mode", ["drop", "500"])
def test_a_balance_that_fits_neither_answer_is_an_operators_case(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    caplog: pytest.LogCaptureFixture,
    mode: str,
    stranger: str,
) -> None:
    lose(exchange, plugin, operation, mode)
    exchange.parts.books.adjust(USD_ACCOUNT, Decimal(stranger))
    exchange.clock.advance(60)
    if (mode, stranger) == ("500", "50"):
        # Somebody else moved just as much: no balance can tell that apart.
        assert settle(exchange, plugin, operation).details["proof"] == "balance"
        return
    moved = exchange.moved()
    for _ in range(2):
        with pytest.raises(ProviderRefused, match="by hand") as caught:
            settle(exchange, plugin, operation)
        # The evidence: what was there, what would prove it, what is there.
        assert "200" in str(caught.value) and "250" in str(caught.value)
        assert f"{exchange.balance():f}" in str(caught.value)
        assert "settle-i1-1" in str(caught.value)
    assert exchange.moved() == moved
    assert operation.reservations == {}
    assert [r.levelno for r in caplog.records if "by hand" in r.message] == [
        logging.ERROR
    ]


@pytest.mark.parametrize("mode", ["500", "html", "drop"])
def test_a_balance_that_can_not_be_read_ends_nothing(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str,
) -> None:
    lose(exchange, plugin, operation)
    exchange.clock.advance(60)
    exchange.fail(mode, ACCOUNTS, times=3)
    with pytest.raises(ProviderError) as caught:
        settle(exchange, plugin, operation)
    assert not isinstance(caught.value, ProviderRefused)
    exchange.parts.faults.clear()
    assert settle(exchange, plugin, operation).details["proof"] == "balance"


def test_an_account_that_vanishes_ends_nothing(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    lose(exchange, plugin, operation)
    exchange.clock.advance(60)
    account = exchange.parts.books.accounts.pop(USD_ACCOUNT)
    with pytest.raises(ProviderUnavailable, match="no account"):
        settle(exchange, plugin, operation)
    exchange.parts.books.accounts[USD_ACCOUNT] = account
    assert settle(exchange, plugin, operation).details["proof"] == "balance"


def test_fundings_of_one_account_wait_for_each_other(
    exchange: Exchange, plugin: QuoineExchangePlugin
) -> None:
    reservations: dict[str, str] = {}
    first = MemoryOperation("settle:i1:1", reservations)
    second = MemoryOperation("settle:i2:1", reservations)
    yen = MemoryOperation("settle:i3:1", reservations)
    lose(exchange, plugin, first)
    # Its outcome is open: a second one would blur the balance that tells it.
    with pytest.raises(ProviderBusy, match="settle:i1:1"):
        settle(exchange, plugin, second)
    assert second.recall("movement") is None
    # Another account has a balance of its own.
    settle(exchange, plugin, yen, Money("100", "JPY"))
    exchange.clock.advance(60)
    assert settle(exchange, plugin, first).details["proof"] == "balance"
    settle(exchange, plugin, second)
    assert exchange.balance() == Decimal(300)
    assert reservations == {}


@pytest.mark.parametrize("repeated", ["processed", "ignored", "refused"])
@pytest.mark.parametrize("border", range(1, 4))
def test_a_crash_at_every_record_funds_once(
    exchange: Exchange, operation: MemoryOperation, border: int, repeated: str
) -> None:
    # The borders: before the account is noted, before "sent", before "done".
    exchange.parts.settings.change({"repeated_request_id": repeated})
    plugin = exchange.plugin()
    operation.before = crash_at(border)
    with pytest.raises(Crash):
        settle(exchange, plugin, operation)
    plugin.close()
    operation.before = None
    exchange.clock.advance(60)
    again = exchange.plugin()
    settle(exchange, again, operation)
    assert exchange.moved() == [Decimal(50)]
    assert operation.reservations == {}
    again.close()


@pytest.mark.parametrize("acted", [True, False])
def test_a_crash_during_the_call_funds_once(
    exchange: Exchange,
    operation: MemoryOperation,
    monkeypatch: pytest.MonkeyPatch,
    acted: bool,
) -> None:
    plugin = exchange.plugin()
    real = QuoineExchangeClient.fund_account

    def die(self: QuoineExchangeClient, *args: Any, **kwargs: Any) -> Any:
        if acted:
            real(self, *args, **kwargs)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(QuoineExchangeClient, "fund_account", die)
        with pytest.raises(Crash):
            settle(exchange, plugin, operation)
    # Nobody else gets at the account before this one is judged.
    assert operation.reservations == {SUBJECT: operation.key}
    exchange.clock.advance(60)
    done = settle(exchange, plugin, operation)
    assert done.details["proof"] == ("balance" if acted else "answer")
    assert exchange.moved() == [Decimal(50)]
    plugin.close()


def test_a_crash_before_the_release_frees_the_account_later(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(subject: str) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(operation, "release", die)
        with pytest.raises(Crash):
            settle(exchange, plugin, operation)
    assert operation.reservations == {SUBJECT: operation.key}
    settle(exchange, plugin, operation)
    assert operation.reservations == {}
    assert exchange.moved() == [Decimal(50)]


def test_crash_after_crash_funds_once(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    for mode in ("500", "503_internal", "500", "drop", "500"):
        exchange.parts.faults.clear()
        exchange.fail(mode, FUND)
        try:
            settle(exchange, plugin, operation)
        except ProviderError:
            exchange.clock.advance(61)
    exchange.parts.faults.clear()
    settle(exchange, plugin, operation)
    assert exchange.moved() == [Decimal(50)]
