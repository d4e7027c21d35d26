"""Funding: once, to the right account, and sent or refused without a doubt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_kit import (
    Money,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnreachable,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from tests.plugins.quoine_exchange.exchange_side import (
    FIFTY,
    JPY_ACCOUNT,
    USD_ACCOUNT,
    Exchange,
    lose,
    settle,
)

# Each test serves an exchange of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


def test_the_account_is_funded(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    done = settle(exchange, plugin, operation)
    assert exchange.balance() == Decimal(250)
    assert done.amount == FIFTY
    assert done.reference == "settle-i1-1"
    assert done.settled_at == exchange.clock.now()
    assert done.details == {
        "account": USD_ACCOUNT,
        "balanceBefore": "200.0",
        "balanceAfter": "250.00",
        "proof": "answer",
    }
    (movement,) = exchange.parts.books.movements
    assert movement.notes == f"checkout {'c' * 32}"
    assert operation.reservations == {}


def test_asking_again_changes_nothing(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    first = settle(exchange, plugin, operation)
    exchange.clock.advance(3600)
    assert settle(exchange, plugin, operation) == first
    assert exchange.moved() == [Decimal(50)]


@pytest.mark.parametrize("style", ["plain", "decimal", "number"])
@pytest.mark.parametrize("echoes", [True, False])
def test_balances_and_answers_are_read_in_every_form(
    exchange: Exchange, operation: MemoryOperation, style: str, echoes: bool
) -> None:
    exchange.parts.settings.change({"balances": style, "echoes_request_id": echoes})
    plugin = exchange.plugin()
    assert settle(exchange, plugin, operation).details["proof"] == "answer"
    assert exchange.moved() == [Decimal(50)]
    plugin.close()


def test_yen_go_to_the_account_in_yen(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    done = settle(exchange, plugin, operation, Money("100000", "JPY"))
    assert exchange.balance(JPY_ACCOUNT) == Decimal(100000)
    assert done.details["account"] == JPY_ACCOUNT


def test_without_an_account_in_the_currency_nothing_is_sent(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    with pytest.raises(ProviderRefused, match="no fiat account in GBP"):
        settle(exchange, plugin, operation, Money("5", "GBP"))
    assert exchange.moved() == []


def test_two_accounts_in_a_currency_are_not_guessed_at(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    exchange.parts.books.accounts[JPY_ACCOUNT].currency = "USD"
    with pytest.raises(ProviderProtocolError, match="setting accounts"):
        settle(exchange, plugin, operation)
    pinned = exchange.plugin(accounts={"USD": JPY_ACCOUNT})
    settle(exchange, pinned, operation)
    assert exchange.balance(JPY_ACCOUNT) == Decimal(50)
    # The account of the first attempt stays, whatever the settings say later.
    assert settle(exchange, plugin, operation).details["account"] == JPY_ACCOUNT
    pinned.close()


@pytest.mark.parametrize("pinned", [9999, JPY_ACCOUNT])
def test_a_pinned_account_has_to_fit(
    exchange: Exchange, operation: MemoryOperation, pinned: int
) -> None:
    plugin = exchange.plugin(accounts={"USD": pinned})
    with pytest.raises(ProviderRefused):
        settle(exchange, plugin, operation)
    assert exchange.moved() == []
    plugin.close()


def test_nothing_is_not_settled(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    with pytest.raises(ProviderRefused):
        settle(exchange, plugin, operation, Money("0", "USD"))


def test_too_many_requests_are_no_unknown_outcome(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    lose(exchange, plugin, operation, "429")
    assert operation.steps["movement"]["outcome"] == "unsent"
    assert operation.reservations == {}
    settle(exchange, plugin, operation)
    assert exchange.moved() == [Decimal(50)]


def test_an_unreachable_exchange_is_no_unknown_outcome(
    exchange: Exchange, operation: MemoryOperation
) -> None:
    plugin = exchange.plugin()
    settle(exchange, plugin, MemoryOperation("settle:i0:1"))
    exchange.close()
    with pytest.raises(ProviderUnreachable):
        settle(exchange, plugin, operation)
    assert operation.reservations == {}
    plugin.close()


def test_refused_credentials_are_no_unknown_outcome(
    exchange: Exchange, operation: MemoryOperation
) -> None:
    wrong = exchange.plugin(vendor_secret="wrong")
    with pytest.raises(ProviderAuthError):
        settle(exchange, wrong, operation)
    wrong.close()
    right = exchange.plugin()
    settle(exchange, right, operation)
    assert exchange.moved() == [Decimal(50)]
    right.close()


def test_a_refusal_is_final(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    exchange.parts.settings.change({"repeated_request_id": "refused"})
    exchange.parts.books.move(JPY_ACCOUNT, Decimal(1), "settle-i1-1", None)
    for _ in range(2):
        with pytest.raises(ProviderRefused, match="already been taken"):
            settle(exchange, plugin, operation)
    assert exchange.balance() == Decimal(200)
    assert operation.reservations == {}
