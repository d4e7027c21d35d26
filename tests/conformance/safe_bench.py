"""A safe: an account in memory that money is withdrawn from, and its bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from checkout_kit import (
    Currency,
    Money,
    Operation,
    ProviderContext,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
    hookimpl,
)
from checkout_kit.testing import Bench, FakeClock, Fault, ProviderUnderTest

NAME = "safe"
_FEE = Money("0.0001", "BTC")
# The example address of BIP173, whose key nobody is to use.
_OWN_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
_FAULTS: Mapping[Fault, type[ProviderError]] = {
    Fault.TIMEOUT: ProviderTimeout,
    Fault.SERVER_ERROR: ProviderUnavailable,
    Fault.MALFORMED: ProviderProtocolError,
    Fault.NOT_FOUND: ProviderRefused,
}
_BEFORE_IT_ACTS = (Fault.SERVER_ERROR, Fault.NOT_FOUND)


class Safe:
    """The account; the same key takes money out of it once."""

    def __init__(self) -> None:
        self.balance = Money("0", "BTC")
        #: Every transfer that has left it.
        self.sent: list[str] = []
        self._problem: Fault | None = None
        self._times = 0

    def fail(self, fault: Fault, times: int) -> None:
        """Let the next so many answers fail."""
        self._problem, self._times = fault, times

    def read(self) -> Money:
        """Tell what is in it."""
        self._answer()
        return self.balance

    def send(self, key: str, amount: Money) -> None:
        """Take money out, unless the key has; what is late has acted all the same."""
        has_failed = self._times > 0 and self._problem in _BEFORE_IT_ACTS
        if not has_failed and key not in self.sent:
            self.sent.append(key)
            self.balance -= amount
        self._answer()

    def _answer(self) -> None:
        if self._times > 0 and self._problem is not None:
            self._times -= 1
            raise _FAULTS[self._problem](NAME, "out of order")


class _SafeSchema(Schema):
    safe = fields.Raw(required=True)


class SafePlugin:
    """Withdraws in one step, or two: what is noted first is what is sent."""

    settings_schema = _SafeSchema

    def __init__(self, settings: Mapping[str, Any], context: ProviderContext) -> None:
        self.safe: Safe = settings["safe"]

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """Read the balance."""
        return [Wallet("main", self.safe.read())]

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Take it out."""
        least = withdrawal.least_received
        if least is not None and withdrawal.amount - _FEE < least:
            raise ProviderRefused(NAME, "less would arrive")
        return self.take_out(operation.key, withdrawal, operation)

    def take_out(
        self, key: str, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Take it out by a key; what was tried before is not refused any more."""
        is_new = operation.recall("noted") is None
        operation.record("noted", {"key": key})
        try:
            self.safe.send(key, withdrawal.amount)
        except ProviderRefused as err:
            if is_new:
                raise
            raise ProviderError(NAME, f"in doubt: {err.problem}") from None
        return Withdrawal(key, WithdrawalStatus.PROCESSING, withdrawal.amount, fee=_FEE)


class SafeBench(Bench):
    """Moves the safe."""

    takes_payments = False

    def __init__(self) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        self._safe = Safe()

    def under_test(self, plugin: type = SafePlugin) -> ProviderUnderTest:
        """The safe as the conformance kit tries it."""
        return ProviderUnderTest(NAME, self, {"safe": self._safe}, plugin=plugin)

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self._clock.advance(seconds)

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Put half a bitcoin into it, and send that on."""
        amount = Money("0.5", "BTC")
        self._safe.balance += amount
        target = WithdrawalTarget(Currency.parse("BTC"), _OWN_ADDRESS)
        return WithdrawalRequest("main", amount, target)

    def count_withdrawals(self) -> int:
        """Count what has left it."""
        return len(self._safe.sent)

    def fail(self, fault: Fault, times: int) -> None:
        """Let the next answers fail."""
        self._safe.fail(fault, times)
