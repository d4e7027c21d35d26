"""A provider with a script, which also tells its health and holds money."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from flask import current_app

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    Operation,
    PaymentObservation,
    PaymentStatus,
    Proof,
    Rate,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    hookimpl,
)
from checkout_kit.testing import FakeClock
from tests.fakes.scripted import Script, scripted_plugin

#: Scripted as the answer of ``fetch_rates``: the hook then returns None.
NO_MARKET = object()


def ask(hook: str, **arguments: Any) -> Any:
    """Call a hook of the provider as the kit does."""
    registry = current_app.extensions["checkout_kit"].registry
    return registry.call("good", hook, deadline=5, **arguments)


def rate_of(clock: FakeClock, age: int = 5, **changes: Any) -> Rate:
    """A rate of bitcoin in dollars, as old as is said."""
    observed_at = clock.now() - timedelta(seconds=age)
    values: dict[str, Any] = {
        "base": Currency.parse("BTC"),
        "counter": Currency.parse("USD"),
        "bid": Fraction(149999, 3),
        "ask": Fraction("50100.5"),
        "observed_at": observed_at,
        "expires_at": observed_at + timedelta(seconds=60),
        "source": "a book",
    }
    return Rate(**(values | changes))


def talking_plugin(script: Script, clock: FakeClock) -> type:
    """A plugin that simulates, tells its health and its market, and holds money."""

    class Talking(scripted_plugin(script)):  # type: ignore[misc]
        @hookimpl
        def check_health(self) -> str:
            script.before("check_health")
            return "feeling fine"

        @hookimpl
        def simulate_payment(self, invoice: Any, scenario: str) -> bool:
            script.before(f"simulate {scenario}")
            script.payments[invoice.id] = [
                PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
            ]
            return True

        @hookimpl
        def fetch_rates(self) -> Any:
            answer = script.before("fetch_rates") or [rate_of(clock)]
            return None if answer is NO_MARKET else answer

        @hookimpl
        def submit_proof(self, invoice: Invoice, proof: Proof) -> bool:
            script.before(f"submit_proof {proof.name} {len(proof.content)}")
            return True

        @hookimpl
        def close_invoice(self, invoice: Invoice) -> bool:
            script.before(f"close_invoice {invoice.id}")
            return True

        @hookimpl
        def list_wallets(self) -> Any:
            wallet = Wallet("main", Money("2", "BTC"), "Bitcoin")
            return script.before("list_wallets") or [wallet]

        @hookimpl
        def prepare_withdrawal(self, withdrawal: WithdrawalRequest) -> Any:
            return script.before("prepare_withdrawal") or Withdrawal(
                "out",
                WithdrawalStatus.PENDING,
                withdrawal.amount,
                received=withdrawal.amount,
            )

        @hookimpl
        def withdraw_funds(
            self, withdrawal: WithdrawalRequest, operation: Operation
        ) -> Any:
            operation.record("sent", {"to": withdrawal.target.address})
            return script.before("withdraw_funds") or Withdrawal(
                f"out-{operation.key}", WithdrawalStatus.PROCESSING, withdrawal.amount
            )

    return Talking
