"""Wallets: sums of what providers report, and nothing for one that can't be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from checkout_kit import (
    CheckoutKit,
    Currency,
    InputError,
    Money,
    ProviderUnavailable,
    ProviderUnreachable,
    Wallet,
    WithdrawalTarget,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ADDRESS, Script, kit_of, scripted_plugin
from tests.fakes.vault import Vault, vault_plugin

TARGET = WithdrawalTarget(Currency.parse("BTC"), address=ADDRESS)
TOKEN = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX@stellar"


@contextmanager
def kit_with(
    folder: Path, clock: FakeClock, vaults: Mapping[str, Vault]
) -> Iterator[CheckoutKit]:
    plugins = {name: vault_plugin(vault) for name, vault in vaults.items()}
    # One that holds nothing for anybody is not asked.
    plugins["scripted"] = scripted_plugin(Script())
    kit, app = kit_of(f"sqlite:///{folder / 'kit.db'}", clock, plugins)
    with app.app_context():
        yield kit
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def vaults() -> dict[str, Vault]:
    first, second = Vault(), Vault()
    first.wallets = [
        Wallet("main", Money("0.10000001", "BTC")),
        Wallet("token", Money("10.835825", TOKEN)),
    ]
    second.wallets = [
        Wallet("main", Money("0.2", "BTC")),
        Wallet("dollars", Money("5.17", "USD")),
    ]
    return {"first": first, "second": second}


@pytest.fixture
def kit(
    tmp_path: Path, clock: FakeClock, vaults: dict[str, Vault]
) -> Iterator[CheckoutKit]:
    with kit_with(tmp_path, clock, vaults) as made:
        yield made


def test_an_untold_balance_is_in_no_sum_and_can_be_withdrawn_from(
    kit: CheckoutKit, vaults: dict[str, Vault]
) -> None:
    bitcoin = Currency.parse("BTC")
    vaults["first"].wallets = [Wallet("cold", None, currency=bitcoin)]
    statement = kit.list_wallets()
    sums = {each.code: each.balance_text for each in statement.currencies}
    assert sums == {"BTC": "0.2", "USD": "5.17"}
    made = kit.create_withdrawal("first/cold", "7", TARGET)
    assert made.request.amount == Money("7", bitcoin)
    kit.commit_withdrawal(made.id)
    assert [transfer.amount for transfer in vaults["first"].transfers] == [
        Money("7", bitcoin)
    ]


def test_what_goes_by_one_code_is_summed_exactly(kit: CheckoutKit) -> None:
    statement = kit.list_wallets()
    sums = {each.code: each.balance_text for each in statement.currencies}
    assert sums == {"BTC": "0.30000001", "USD": "16.005825"}
    assert [each.is_fiat for each in statement.currencies] == [False, True]
    assert [holding.id for holding in statement.holdings] == [
        "first/main",
        "second/main",
        "first/token",
        "second/dollars",
    ]
    assert statement.unavailable == {}


def test_a_provider_that_is_down_is_named_and_not_counted(
    kit: CheckoutKit, vaults: dict[str, Vault]
) -> None:
    def down() -> None:
        raise ProviderUnreachable("second", "no connection")

    vaults["second"].on["list_wallets"] = down
    statement = kit.list_wallets()
    assert [each.balance_text for each in statement.currencies] == [
        "0.10000001",
        "10.835825",
    ]
    assert list(statement.unavailable) == ["second"]
    # What the other one holds can still be withdrawn, and this one's can't be guessed.
    assert kit.create_withdrawal("first/main", "0.1", TARGET).provider == "first"
    with pytest.raises(ProviderUnavailable):
        kit.create_withdrawal("second/main", "0.1", TARGET)
    with pytest.raises(ProviderUnavailable):
        kit.create_withdrawal("dollars", "0.1", TARGET)


def test_an_ambiguous_wallet_is_not_guessed(
    kit: CheckoutKit, vaults: dict[str, Vault]
) -> None:
    with pytest.raises(InputError, match="first/main, second/main"):
        kit.create_withdrawal("main", "0.1", TARGET)
    assert kit.create_withdrawal("second/main", "0.1", TARGET).provider == "second"


def test_no_provider_with_an_account_is_no_wallet(
    tmp_path: Path, clock: FakeClock
) -> None:
    with kit_with(tmp_path, clock, {}) as kit:
        assert kit.list_wallets().currencies == []
        with pytest.raises(InputError):
            kit.create_withdrawal("main", "0.1", TARGET)
