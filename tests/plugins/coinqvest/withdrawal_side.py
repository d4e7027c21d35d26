"""Withdrawals as they are asked for, and the provider's answers about them."""

from __future__ import annotations

from typing import Any

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import WithdrawalRequest, WithdrawalTarget
from checkout_kit_coinqvest.payloads import from_asset
from tests.plugins.coinqvest.fake_api import FakeApi, read_case

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
NUBAN = {"nuban": "3080494543", "bankName": "FirstBank"}


def target(code: str, **parts: Any) -> WithdrawalTarget:
    return WithdrawalTarget(Currency.parse(code), **parts)


def request(
    to: WithdrawalTarget, amount: str = "142.31566", **parts: Any
) -> WithdrawalRequest:
    return WithdrawalRequest(USD, Money(amount, from_asset(USD)), to, **parts)


NAIRA = request(target("NGN", bank_account=NUBAN))


def state(name: str, **changes: Any) -> dict[str, Any]:
    withdrawal = read_case("get_withdrawal")["withdrawal"]
    return {"withdrawal": withdrawal | {"state": name} | changes}


def commits(api: FakeApi) -> int:
    return len(api.calls("POST /withdrawal/commit"))
