"""Withdrawals: fiat by the balance, coins by the list; neither twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from checkout_kit import (
    Currency,
    InputError,
    Money,
    NotSupported,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.users import StoredUser, UserVault
from tests.fakes.crash import Crash, crash_at
from tests.plugins.quoine_exchange.exchange_side import (
    AUTH_CODE,
    USD_ACCOUNT,
    USER_ID,
    USER_SECRET,
    Exchange,
)
from tests.plugins.quoine_exchange.fake_api import ADDRESS

# Each test serves an exchange of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow

COINS = "/crypto_withdrawals"
WALLET = f"users/{USER_ID}/BTC"
ON_FILE = {"account": "on file"}


@pytest.fixture
def vault(tmp_path: Path) -> dict[str, Any]:
    """The settings of a users' file that knows the example user."""
    path, key = tmp_path / "users.json", Fernet.generate_key().decode()
    user = StoredUser("vendor-user-id", USER_ID, USER_SECRET, AUTH_CODE)
    UserVault(path, (key,)).save(user)
    return {"users_file": str(path), "users_key": key}


@pytest.fixture
def plugin(exchange: Exchange, vault: dict[str, Any]) -> Iterator[QuoineExchangePlugin]:
    plugin = exchange.plugin(
        **vault,
        withdrawal_states={
            "pending": "PENDING",
            "broadcast": "PROCESSING",
            "processed": "COMPLETED",
        },
    )
    yield plugin
    plugin.close()


@pytest.fixture
def operation() -> MemoryOperation:
    return MemoryOperation("withdrawal:w1")


def dollars(amount: str | Money = "120.50", **changes: Any) -> WithdrawalRequest:
    values: dict[str, Any] = {
        "wallet": str(USD_ACCOUNT),
        "amount": amount if isinstance(amount, Money) else Money(amount, "USD"),
        "target": WithdrawalTarget(Currency.parse("USD"), bank_account=ON_FILE),
    }
    return WithdrawalRequest(**(values | changes))


def bitcoin(amount: str | Money = "0.5", **changes: Any) -> WithdrawalRequest:
    values: dict[str, Any] = {
        "wallet": WALLET,
        "amount": amount if isinstance(amount, Money) else Money(amount, "BTC"),
        "target": WithdrawalTarget(Currency.parse("BTC"), ADDRESS),
    }
    return WithdrawalRequest(**(values | changes))


def sent(exchange: Exchange) -> list[Decimal]:
    return [made.amount for made in exchange.parts.books.withdrawals.values()]


def test_list_wallets(exchange: Exchange, plugin: QuoineExchangePlugin) -> None:
    wallets = plugin.list_wallets()
    assert [(w.reference, str(w.balance)) for w in wallets] == [
        ("2300", "200.00 USD"),
        ("9478", "0 JPY"),
        ("2301", "0.00 EUR"),
    ]


def test_coins_are_wallets_whose_balance_nothing_tells(
    exchange: Exchange, vault: dict[str, Any]
) -> None:
    plugin = exchange.plugin(**vault, coins=["BTC", "ETH", "BTC"])
    coins = [w for w in plugin.list_wallets() if w.balance is None]
    assert [(w.reference, str(w.currency)) for w in coins] == [
        (WALLET, "BTC"),
        (f"users/{USER_ID}/ETH", "ETH"),
    ]
    plugin.close()


@pytest.mark.parametrize(("currency", "balance"), [("BTC", "1"), ("USD", "1.005")])
def test_a_wallet_that_can_not_be_right_is_an_error(
    exchange: Exchange, plugin: QuoineExchangePlugin, currency: str, balance: str
) -> None:
    account = exchange.parts.books.accounts[USD_ACCOUNT]
    account.currency, account.balance = currency, Decimal(balance)
    with pytest.raises(ProviderProtocolError, match="2300"):
        plugin.list_wallets()


def test_fiat_is_paid_out_once(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    for _ in range(3):
        done = plugin.withdraw_funds(dollars(), operation)
        # The account was charged; whether the bank transfer arrives is never said.
        assert done.status is WithdrawalStatus.PROCESSING
        assert done.problem is not None and "bank transfer" in done.problem
        exchange.clock.advance(3600)
    assert exchange.balance() == Decimal("79.50")
    assert exchange.moved() == [Decimal("-120.50")]
    assert done.details["balanceAfter"] == "79.50"


@pytest.mark.parametrize("mode", ["drop", "500"])
def test_a_lost_payout_is_found_in_the_balance(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str,
) -> None:
    exchange.fail(mode, f"/accounts/{USD_ACCOUNT}/withdraw")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(dollars(), operation)
    exchange.clock.advance(60)
    plugin.withdraw_funds(dollars(), operation)
    assert exchange.moved() == [Decimal("-120.50")]


def test_more_than_there_is_is_refused_before_it_is_sent(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    with pytest.raises(ProviderRefused, match="holds less"):
        plugin.withdraw_funds(dollars("200.01"), operation)
    assert operation.recall("movement") is None
    assert operation.reservations == {}


IMPOSSIBLE: dict[str, tuple[WithdrawalRequest, type[Exception]]] = {
    "bank details": (
        dollars(
            target=WithdrawalTarget(
                Currency.parse("USD"), bank_account={"iban": "DE02120300000000202051"}
            )
        ),
        InputError,
    ),
    "another currency": (
        dollars(target=WithdrawalTarget(Currency.parse("EUR"), bank_account=ON_FILE)),
        NotSupported,
    ),
    "fiat as coins": (
        dollars(target=WithdrawalTarget(Currency.parse("BTC"), ADDRESS)),
        NotSupported,
    ),
    "no wallet": (dollars(wallet="USD"), InputError),
    "an option": (dollars(options={"speed": "high"}), InputError),
    "a least amount": (dollars(least_received=Money("1", "USD")), NotSupported),
    "coins of another wallet": (bitcoin(wallet=f"users/{USER_ID}/LTC"), InputError),
    "coins that change": (
        bitcoin(
            wallet=f"users/{USER_ID}/LTC",
            amount=Money("1", "LTC"),
        ),
        NotSupported,
    ),
    "a tag": (
        bitcoin(
            wallet=f"users/{USER_ID}/XRP",
            amount=Money("1", "XRP"),
            target=WithdrawalTarget(
                Currency.parse("XRP"),
                "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
                destination_tag=7,
            ),
        ),
        NotSupported,
    ),
    "an unknown user": (bitcoin(wallet="users/7/BTC"), NotSupported),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_the_api_can_not_do_is_refused_before_anything_is_sent(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    name: str,
) -> None:
    request, kind = IMPOSSIBLE[name]
    with pytest.raises(kind):
        plugin.withdraw_funds(request, operation)
    assert exchange.moved() == [] and sent(exchange) == []
    assert operation.reservations == {}


def test_a_wrong_address_is_refused_by_the_kit() -> None:
    with pytest.raises(InputError):
        WithdrawalTarget(Currency.parse("BTC"), ADDRESS[:-1] + "k")


def test_coins_are_sent_once_and_followed(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    first = plugin.withdraw_funds(bitcoin(), operation)
    assert (first.reference, first.status) == ("20", WithdrawalStatus.PENDING)
    made = exchange.parts.books.withdrawals[20]
    assert (made.address, made.currency, made.user_id) == (ADDRESS, "BTC", USER_ID)
    made.state = "broadcast"
    again = plugin.withdraw_funds(bitcoin(), operation)
    assert again.status is WithdrawalStatus.PROCESSING
    assert again.provider_state == "broadcast"
    made.state = "processed"
    done = plugin.withdraw_funds(bitcoin(), operation)
    assert done.status is WithdrawalStatus.COMPLETED
    assert sent(exchange) == [Decimal("0.5")]


def test_an_unknown_state_is_shown_and_changes_nothing(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    plugin.withdraw_funds(bitcoin(), operation)
    made = exchange.parts.books.withdrawals[20]
    made.state = "broadcast"
    plugin.withdraw_funds(bitcoin(), operation)
    made.state = "melted"
    odd = plugin.withdraw_funds(bitcoin(), operation)
    assert odd.status is WithdrawalStatus.PROCESSING
    assert odd.provider_state == "melted"
    assert odd.problem is not None and "by hand" in odd.problem


def test_coins_that_are_not_shown_any_more_are_still_under_way(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    plugin.withdraw_funds(bitcoin(), operation)
    exchange.fail("404", f"{COINS}/20")
    with pytest.raises(ProviderUnavailable, match="20 is not shown"):
        plugin.withdraw_funds(bitcoin(), operation)
    assert plugin.withdraw_funds(bitcoin(), operation).reference == "20"


@pytest.mark.parametrize(
    ("order", "page_size"), [("oldest", "25"), ("newest", "2"), ("oldest", "2")]
)
@pytest.mark.parametrize("mode", ["drop", "malformed", "500"])
def test_lost_coins_are_found_in_the_list(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str,
    order: str,
    page_size: str,
) -> None:
    exchange.parts.settings.change({"order": order, "page_size": page_size})
    # Earlier ones just like it, which are not it.
    for number in range(3):
        plugin.withdraw_funds(bitcoin(), MemoryOperation(f"withdrawal:{number}"))
    exchange.fail(mode, f"{COINS}/", "POST")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(bitcoin(), operation)
    with pytest.raises(ProviderUnavailable, match="60 s"):
        plugin.withdraw_funds(bitcoin(), operation)
    exchange.clock.advance(60)
    found = plugin.withdraw_funds(bitcoin(), operation)
    assert found.reference == "23"
    assert sent(exchange) == [Decimal("0.5")] * 4


def test_a_list_that_is_not_whole_proves_nothing(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    exchange.fail("drop", f"{COINS}/", "POST")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(bitcoin(), operation)
    exchange.clock.advance(60)
    for _ in range(2):
        exchange.parts.books.send_coins(USER_ID, Decimal(1), ADDRESS, "BTC")
    exchange.parts.settings.change({"page_size": "2", "pages": False})
    with pytest.raises(ProviderProtocolError, match="another page"):
        plugin.withdraw_funds(bitcoin(), operation)
    assert sent(exchange) == [Decimal("0.5"), Decimal(1), Decimal(1)]
    exchange.parts.settings.change({"pages": True})
    assert plugin.withdraw_funds(bitcoin(), operation).reference == "20"


def test_two_that_may_be_it_are_an_operators_case(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    exchange.fail("drop", f"{COINS}/", "POST")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(bitcoin(), operation)
    exchange.parts.books.send_coins(USER_ID, Decimal("0.5"), ADDRESS, "BTC")
    exchange.clock.advance(60)
    for _ in range(2):
        with pytest.raises(ProviderError, match="20, 21 by hand") as caught:
            plugin.withdraw_funds(bitcoin(), operation)
        # The kit would take a refusal for "nothing was sent".
        assert not isinstance(caught.value, ProviderRefused)
    assert len(sent(exchange)) == 2


def test_a_refusal_sends_nothing(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    for _ in range(2):
        with pytest.raises(ProviderRefused, match="more than the balance"):
            plugin.withdraw_funds(bitcoin("11"), operation)
    assert sent(exchange) == []
    assert operation.reservations == {}


def test_a_user_sends_one_at_a_time(
    exchange: Exchange, plugin: QuoineExchangePlugin
) -> None:
    reservations: dict[str, str] = {}
    first = MemoryOperation("withdrawal:1", reservations)
    second = MemoryOperation("withdrawal:2", reservations)
    exchange.fail("500", f"{COINS}/", "POST")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(bitcoin(), first)
    with pytest.raises(ProviderBusy, match="withdrawal:1"):
        plugin.withdraw_funds(bitcoin(), second)
    exchange.clock.advance(60)
    plugin.withdraw_funds(bitcoin(), first)
    plugin.withdraw_funds(bitcoin(), second)
    assert sent(exchange) == [Decimal("0.5")] * 2


def test_a_secret_that_can_not_be_read_ends_nothing(
    exchange: Exchange,
    vault: dict[str, Any],
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
) -> None:
    exchange.fail("drop", f"{COINS}/", "POST")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(bitcoin(), operation)
    exchange.clock.advance(60)
    path = Path(vault["users_file"])
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(ProviderUnavailable, match="can't be looked up"):
        plugin.withdraw_funds(bitcoin(), operation)
    path.write_bytes(kept)
    assert plugin.withdraw_funds(bitcoin(), operation).reference == "20"


@pytest.mark.parametrize("border", [1, 2])
def test_a_crash_at_every_record_sends_once(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    border: int,
) -> None:
    operation.before = crash_at(border)
    with pytest.raises(Crash):
        plugin.withdraw_funds(bitcoin(), operation)
    operation.before = None
    exchange.clock.advance(60)
    assert plugin.withdraw_funds(bitcoin(), operation).reference == "20"
    assert sent(exchange) == [Decimal("0.5")]
    assert operation.reservations == {}


def test_a_payout_that_nobody_can_judge_stays_under_way(
    exchange: Exchange, plugin: QuoineExchangePlugin, operation: MemoryOperation
) -> None:
    """Until a person says what became of it."""
    dollars = WithdrawalRequest(
        str(USD_ACCOUNT),
        Money("10.00", "USD"),
        WithdrawalTarget(Currency.parse("USD"), bank_account=ON_FILE),
    )
    exchange.fail("drop", f"/accounts/{USD_ACCOUNT}/withdraw")
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(dollars, operation)
    exchange.parts.books.adjust(USD_ACCOUNT, Decimal("0.01"))
    exchange.clock.advance(60)
    for _ in range(2):
        with pytest.raises(ProviderError, match="by hand") as caught:
            plugin.withdraw_funds(dollars, operation)
        assert not isinstance(caught.value, ProviderRefused)
    assert exchange.moved() == [Decimal(-10)]
