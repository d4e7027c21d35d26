"""The commands about wallets and withdrawals: they ask before money moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from checkout_kit import (
    Currency,
    Money,
    ProviderRefused,
    ProviderUnreachable,
    Wallet,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ADDRESS, kit_of
from tests.fakes.vault import Vault, vault_plugin

WITHDRAW = ["withdraw", "vault/main", "0.5", "btc", f"address={ADDRESS}"]


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def app(tmp_path: Path, clock: FakeClock, vault: Vault) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'kit.db'}"
    _, app = kit_of(url, clock, {"vault": vault_plugin(vault)})
    yield app
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_wallets_are_shown_with_their_sums(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "wallets"])
    assert result.exit_code == 0
    assert "vault/main  2.00000000 BTC  Bitcoin" in result.output
    assert "BTC in all: 2" in result.output
    document = json.loads(runner.invoke(args=["checkout", "wallets", "--json"]).output)
    assert document["currencies"][0]["balance"] == "2"
    assert document["unavailable"] == {}


def test_an_untold_balance_is_shown_as_untold(
    runner: FlaskCliRunner, vault: Vault
) -> None:
    vault.wallets.append(Wallet("cold", None, "Coins", currency=Currency.parse("BTC")))
    result = runner.invoke(args=["checkout", "wallets"])
    assert "vault/cold  not told        Coins" in result.output
    assert "BTC in all: 2" in result.output
    document = json.loads(runner.invoke(args=["checkout", "wallets", "--json"]).output)
    assert document["currencies"][0]["wallets"][1] == {
        "id": "vault/cold",
        "balance": None,
        "currency": "BTC",
        "name": "Coins",
    }


def test_wallets_that_can_not_be_read_are_named(
    runner: FlaskCliRunner, vault: Vault
) -> None:
    def down() -> None:
        raise ProviderUnreachable("vault", "no connection")

    vault.on["list_wallets"] = down
    result = runner.invoke(args=["checkout", "wallets"])
    assert result.exit_code == 1
    assert "Left out: vault" in result.output


def test_withdraw_shows_what_arrives_and_asks(
    runner: FlaskCliRunner, vault: Vault
) -> None:
    result = runner.invoke(args=["checkout", *WITHDRAW], input="n\n")
    assert result.exit_code == 1
    assert "arrives  0.49990000 BTC" in result.output
    assert f"to       BTC address={ADDRESS}" in result.output
    assert "nothing was sent" in result.output
    assert vault.transfers == []
    result = runner.invoke(args=["checkout", *WITHDRAW], input="y\n")
    assert result.exit_code == 0
    assert "PROCESSING" in result.output
    assert [transfer.amount for transfer in vault.transfers] == [Money("0.5", "BTC")]


def test_without_an_answer_nothing_is_sent(
    runner: FlaskCliRunner, vault: Vault
) -> None:
    assert runner.invoke(args=["checkout", *WITHDRAW], input="").exit_code == 1
    assert vault.transfers == []


def test_yes_sends_without_asking_and_withdrawals_lists_it(
    runner: FlaskCliRunner, vault: Vault
) -> None:
    result = runner.invoke(args=["checkout", *WITHDRAW, "--yes", "--json"])
    sent = json.loads(result.output)
    assert (sent["state"], sent["from"]) == ("PROCESSING", "vault/main")
    rows = json.loads(runner.invoke(args=["checkout", "withdrawals", "--json"]).output)
    assert [row["id"] for row in rows] == [sent["id"]]
    assert len(vault.transfers) == 1


def test_a_refusal_ends_with_an_error(runner: FlaskCliRunner, vault: Vault) -> None:
    def refuse() -> None:
        raise ProviderRefused("vault", "not today")

    vault.on["withdraw_funds"] = refuse
    result = runner.invoke(args=["checkout", *WITHDRAW, "--yes"])
    assert result.exit_code == 1
    assert "FAILED" in result.output and "not today" in result.output
    doctor = runner.invoke(args=["checkout", "doctor"]).output
    assert "withdrawals under way" in doctor


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["vault/other", "0.5", "BTC", f"address={ADDRESS}"], "sourceAsset"),
        (["vault/main", "three", "BTC", f"address={ADDRESS}"], "sourceAmount"),
        (["vault/main", "0.5", "BTC", "address=bc1q"], "targetAccount.address"),
        (["vault/main", "0.5", "DOGE", "address=D"], "targetNetwork"),
        (["vault/main", "0.5", "EUR", "iban=DE00"], "targetAccount.swift"),
        (["vault/main", "0.5", "BTC", f"address={ADDRESS}", "--least", "9"], "least"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_sent(
    runner: FlaskCliRunner, vault: Vault, arguments: list[str], told: str
) -> None:
    result = runner.invoke(args=["checkout", "withdraw", *arguments, "--yes"])
    assert result.exit_code == 1
    assert told in result.output
    assert vault.transfers == []


@pytest.mark.parametrize("account", ["address", "=x", "address=a address=b"])
def test_an_account_is_given_as_names_and_values(
    runner: FlaskCliRunner, account: str
) -> None:
    arguments = ["checkout", "withdraw", "vault/main", "0.5", "BTC", *account.split()]
    assert runner.invoke(args=arguments).exit_code == 2


def _stuck(app: Flask, runner: FlaskCliRunner, vault: Vault) -> str:
    """A withdrawal that was committed and of which the provider says nothing."""

    def down() -> None:
        raise ProviderUnreachable("vault", "no connection")

    vault.on["withdraw_funds"] = down
    result = runner.invoke(args=["checkout", *WITHDRAW, "--yes", "--json"])
    found: str = json.loads(result.stdout)["id"]
    return found


def _resolve(runner: FlaskCliRunner, *arguments: str) -> Result:
    return runner.invoke(args=["checkout", "withdrawal", "resolve", *arguments])


@pytest.mark.parametrize(
    ("end", "state"), [("completed", "COMPLETED"), ("failed", "FAILED")]
)
def test_an_operator_closes_what_stays_under_way(
    app: Flask,
    runner: FlaskCliRunner,
    vault: Vault,
    clock: FakeClock,
    end: str,
    state: str,
) -> None:
    stuck = _stuck(app, runner, vault)
    closing = [stuck, "--as", end, "--note", "the bank's statement of May 3rd"]
    early = _resolve(runner, *closing)
    assert early.exit_code == 1 and "try again in" in early.output
    clock.advance(60)
    calls = len(vault.calls)
    result = _resolve(runner, *closing, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)[0]["state"] == state
    services = app.extensions["checkout_kit"]
    with services.basis.units.read() as unit:
        events = unit.events.undispatched(limit=20)
    assert [event.type for event in events][-3:] == [
        "withdrawal.updated",
        f"withdrawal.{end}",
        "withdrawal.resolved",
    ]
    told = events[-1].data
    assert (told["actor"], told["note"]) == ("operator", closing[-1])
    # It is over: nobody asks the provider again, and nothing is resolved twice.
    clock.advance(100_000)
    services.work.run_provider_work()
    assert len(vault.calls) == calls
    assert _resolve(runner, *closing).exit_code == 1
    assert vault.transfers == []


def test_what_is_not_under_way_is_not_resolved(
    runner: FlaskCliRunner, vault: Vault, clock: FakeClock
) -> None:
    nobody = _resolve(runner, "0" * 32, "--as", "failed", "--note", "gone")
    assert nobody.exit_code == 1
    assert runner.invoke(args=["checkout", *WITHDRAW], input="n\n").exit_code == 1
    listed = runner.invoke(args=["checkout", "withdrawals", "--json"])
    waiting = json.loads(listed.output)[0]["id"]
    clock.advance(60)
    result = _resolve(runner, waiting, "--as", "completed", "--note", "wishful")
    assert result.exit_code == 1 and "only one under way" in result.output
    assert _resolve(runner, waiting, "--as", "completed").exit_code == 2


def test_an_attempt_under_way_keeps_an_operator_waiting(
    app: Flask, runner: FlaskCliRunner, vault: Vault, clock: FakeClock
) -> None:
    stuck = _stuck(app, runner, vault)
    clock.advance(3600)
    services = app.extensions["checkout_kit"]
    with services.basis.units.write() as unit:
        assert unit.withdrawals.claim_due(clock.now(), limit=5, seconds=60)
        unit.commit()
    result = _resolve(runner, stuck, "--as", "failed", "--note", "impatient")
    assert result.exit_code == 1 and "try again in" in result.output
