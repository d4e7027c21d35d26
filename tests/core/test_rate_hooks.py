"""The hook of rates: fresh ones are shown and used, stale ones shown, odd ones not."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from flask import current_app

from checkout_kit import (
    CheckoutKit,
    Currency,
    ProviderProtocolError,
    ProviderUnavailable,
)
from checkout_kit.testing import FakeClock
from tests.core.talking_provider import NO_MARKET, ask, rate_of
from tests.fakes.scripted import Script


def test_hook_fetch_rates(kit: CheckoutKit, script: Script) -> None:
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 0
    heading, row = result.output.splitlines()
    assert heading.split() == "provider pair bid ask last age state source".split()
    assert row.split() == (
        "good BTC/USD 49999.6666666 50100.5 - 5 s fresh a book".split()
    )
    assert script.calls == ["fetch_rates"]
    assert "good rates" in runner.invoke(args=["checkout", "doctor"]).output


def test_stale_rates_are_shown_and_not_used(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    script.on["fetch_rates"] = lambda: [
        rate_of(clock, age=60, last=Fraction(1, 3)),
        rate_of(clock, base=Currency.parse("LTC")),
    ]
    (report,) = current_app.extensions["checkout_kit"].rates.fetch_all()
    assert [rate.pair for rate in report.rates] == ["LTC/USD"]
    assert [rate.pair for rate in report.stale] == ["BTC/USD"]
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 1
    assert "STALE" in result.output and "0.33333333333" in result.output
    assert "never used" in result.stderr
    doctor = runner.invoke(args=["checkout", "doctor"])
    assert doctor.exit_code == 1
    assert "stale, never used: BTC/USD" in doctor.output


def test_a_market_that_fails_is_told(kit: CheckoutKit, script: Script) -> None:
    def fail() -> Any:
        raise ProviderUnavailable("good", "no fresh rate arrived")

    script.on["fetch_rates"] = fail
    result = current_app.test_cli_runner().invoke(args=["checkout", "rates", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == []
    assert "no fresh rate arrived" in result.stderr


def test_a_source_without_a_market_is_no_source(
    kit: CheckoutKit, script: Script
) -> None:
    script.on["fetch_rates"] = lambda: NO_MARKET
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 1
    assert "no enabled plugin" in result.output
    assert "rates" not in runner.invoke(args=["checkout", "doctor"]).output


@pytest.mark.parametrize("answer", [7, ["BTC/USD"], "twice"])
def test_rates_that_are_none_are_refused(
    kit: CheckoutKit, script: Script, clock: FakeClock, answer: Any
) -> None:
    found = [rate_of(clock)] * 2 if answer == "twice" else answer
    script.on["fetch_rates"] = lambda: found
    with pytest.raises(ProviderProtocolError):
        ask("fetch_rates")
