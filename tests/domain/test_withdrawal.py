"""Wallets and withdrawals: what they may hold, and where money may go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from checkout_kit.domain.addresses.xrpl import to_x_address
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.wallet import Wallet
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.errors import InputError

BTC_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
STELLAR = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
# The address of nobody: twenty zero bytes.
RIPPLE = "rrrrrrrrrrrrrrrrrrrrrhoLvTp"


def target(code: str, **parts: Any) -> WithdrawalTarget:
    return WithdrawalTarget(Currency.parse(code), **parts)


def test_an_address_is_kept_in_its_canonical_form() -> None:
    assert target("BTC", address=BTC_ADDRESS.upper()).address == BTC_ADDRESS


@pytest.mark.parametrize(
    ("code", "parts", "named"),
    [
        ("BTC", {}, "target.address"),
        ("BTC", {"address": BTC_ADDRESS[:-1] + "5"}, "address"),
        ("BTC", {"address": RIPPLE}, "address"),
        ("BTC", {"address": BTC_ADDRESS, "memo": "x", "memo_type": "text"}, "memo"),
        ("BTC", {"address": BTC_ADDRESS, "destination_tag": 1}, "destinationTag"),
        ("BTC", {"address": BTC_ADDRESS, "bank_account": {"a": "b"}}, "bankAccount"),
        ("XLM", {"address": STELLAR, "memo": "EXODUS"}, "target.memoType"),
        ("XLM", {"address": STELLAR, "memo_type": "text"}, "target.memoType"),
        ("XLM", {"address": STELLAR, "memo": "x" * 29, "memo_type": "text"}, "memo"),
        ("XRP", {"address": RIPPLE, "destination_tag": 2**32}, "destinationTag"),
        ("EUR", {}, "target.bankAccount"),
        ("EUR", {"address": BTC_ADDRESS}, "target.address"),
        ("EUR", {"bank_account": {"iban": ""}}, "target.bankAccount.iban"),
        ("USDT@tron", {"address": BTC_ADDRESS}, "target.currency"),
    ],
)
def test_targets_that_would_lose_money_are_refused(
    code: str, parts: dict[str, Any], named: str
) -> None:
    with pytest.raises(InputError) as caught:
        target(code, **parts)
    assert caught.value.field.endswith(named)


def test_an_x_address_is_split() -> None:
    made = target("XRP", address=to_x_address(RIPPLE, 1234))
    assert (made.address, made.destination_tag) == (RIPPLE, 1234)
    with pytest.raises(InputError):
        target("XRP", address=to_x_address(RIPPLE, 1234), destination_tag=5)


def test_where_money_goes_is_not_in_reprs() -> None:
    account = {"iban": "DE02100100100006820101"}
    assert "DE02" not in repr(target("EUR", bank_account=account))
    assert BTC_ADDRESS not in repr(target("BTC", address=BTC_ADDRESS))


def test_bank_details_do_not_change_any_more() -> None:
    details = {"iban": "DE02100100100006820101"}
    made = target("EUR", bank_account=details)
    details["iban"] = "another"
    assert made.bank_account["iban"] == "DE02100100100006820101"


def test_a_request_is_for_more_than_nothing() -> None:
    with pytest.raises(InputError):
        WithdrawalRequest("w", Money("0", "BTC"), target("BTC", address=BTC_ADDRESS))


def test_the_least_to_arrive_is_in_the_targets_currency() -> None:
    bitcoin = target("BTC", address=BTC_ADDRESS)
    with pytest.raises(InputError):
        WithdrawalRequest("w", Money("1", "USD"), bitcoin, Money("1", "USD"))


def test_wallets_and_withdrawals_hold_sane_amounts() -> None:
    with pytest.raises(InputError):
        Wallet("w", Money("-1", "BTC"))
    with pytest.raises(InputError):
        Withdrawal("r", WithdrawalStatus.PENDING, Money("0", "BTC"))
    with pytest.raises(InputError):
        Withdrawal(
            "r", WithdrawalStatus.PENDING, Money("1", "BTC"), fee=Money("-1", "BTC")
        )
    with pytest.raises(InputError):
        Withdrawal(
            "r",
            WithdrawalStatus.PENDING,
            Money("1", "BTC"),
            requested_at=datetime(2026, 1, 1),
        )


def test_a_wallet_without_a_balance_has_a_currency_all_the_same() -> None:
    untold = Wallet("w", None, currency=Currency.parse("BTC"))
    assert (str(untold.currency), untold.balance_text) == ("BTC", None)
    assert str(Wallet("w", Money("1", "BTC")).currency) == "BTC"
    with pytest.raises(InputError, match="mandatory"):
        Wallet("w", None)
    with pytest.raises(InputError, match="not that of the balance"):
        Wallet("w", Money("1", "BTC"), currency=Currency.parse("USD"))


def test_only_the_end_is_final() -> None:
    final = {status.value for status in WithdrawalStatus if status.is_final}
    assert final == {"COMPLETED", "FAILED"}
