"""The hooks of wallets and withdrawals: how they are asked, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checkout_kit import (
    CheckoutKit,
    Currency,
    Money,
    ProviderProtocolError,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.testing import MemoryOperation
from tests.core.talking_provider import ask
from tests.fakes.scripted import ADDRESS, Script


def test_hook_list_wallets(kit: CheckoutKit, script: Script) -> None:
    (wallet,) = ask("list_wallets")
    assert (wallet.reference, str(wallet.balance)) == ("main", "2.00000000 BTC")


@pytest.mark.parametrize(
    "answer", [["main"], [Wallet("main", Money("1", "BTC"))] * 2, 7]
)
def test_wallets_that_are_none_are_refused(
    kit: CheckoutKit, script: Script, answer: Any
) -> None:
    script.on["list_wallets"] = lambda: answer
    with pytest.raises(ProviderProtocolError):
        ask("list_wallets")


def half_a_bitcoin() -> WithdrawalRequest:
    target = WithdrawalTarget(Currency.parse("BTC"), ADDRESS)
    return WithdrawalRequest("main", Money("0.5", "BTC"), target)


def test_hook_prepare_withdrawal(kit: CheckoutKit, script: Script) -> None:
    to = half_a_bitcoin().target
    made = kit.create_withdrawal("good/main", "0.5", to)
    assert made.promised == Money("0.5", "BTC")
    assert script.calls == ["list_wallets", "prepare_withdrawal"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": WithdrawalStatus.PROCESSING},
        {"amount": Money("0.4", "BTC")},
        {"received": None},
        {"received": Money("0.5", "LTC")},
    ],
)
def test_a_preparation_that_says_less_than_it_must_is_refused(
    kit: CheckoutKit, script: Script, change: dict[str, Any]
) -> None:
    half = Money("0.5", "BTC")
    good = Withdrawal("out", WithdrawalStatus.PENDING, half, half)
    script.on["prepare_withdrawal"] = lambda: replace(good, **change)
    with pytest.raises(ProviderProtocolError):
        kit.create_withdrawal("good/main", "0.5", half_a_bitcoin().target)
    assert kit.list_withdrawals() == []


def test_hook_withdraw_funds(kit: CheckoutKit, script: Script) -> None:
    notes = MemoryOperation("withdrawal-1")
    done = ask("withdraw_funds", withdrawal=half_a_bitcoin(), operation=notes)
    assert done.reference == "out-withdrawal-1"
    assert not done.status.is_final
    assert notes.steps == {"sent": {"to": ADDRESS}}


@pytest.mark.parametrize(
    ("amount", "received"),
    [
        (Money("0.6", "BTC"), None),
        (Money("0.5", "LTC"), None),
        (Money("0.5", "BTC"), Money("0.5", "LTC")),
    ],
    ids=["more than asked", "another currency", "arrives as another currency"],
)
def test_another_withdrawal_than_asked_for_is_refused(
    kit: CheckoutKit, script: Script, amount: Money, received: Money | None
) -> None:
    script.on["withdraw_funds"] = lambda: Withdrawal(
        "out", WithdrawalStatus.COMPLETED, amount, received
    )
    with pytest.raises(ProviderProtocolError):
        ask(
            "withdraw_funds",
            withdrawal=half_a_bitcoin(),
            operation=MemoryOperation("withdrawal-1"),
        )
