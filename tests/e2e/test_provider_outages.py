"""One provider down, slow or lying: the others sell, and the doctor says why."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkout_kit import Charge, LineItem
from checkout_kit.simulation import Fault
from tests.e2e.side_by_side import (
    DEADLINE,
    PROVIDERS,
    SideBySide,
    side_by_side,
    sqlite_url,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SideBySide]:
    with side_by_side(sqlite_url(tmp_path)) as running:
        yield running


def take_down(shop: SideBySide, provider: str) -> None:
    shop.servers[provider].close()


def slow_down(shop: SideBySide, provider: str) -> None:
    fault = Fault("slow", 1000, seconds=DEADLINE + 0.8)
    shop.simulators[provider].faults.add(fault)


def let_lie(shop: SideBySide, provider: str) -> None:
    shop.simulators[provider].faults.add(Fault("malformed", 1000))


def methods_by_provider(shop: SideBySide) -> tuple[set[str], float]:
    """Whose methods a new checkout's page offers, and after how long."""
    checkout = shop.kit.create_checkout(
        Charge("USD", [LineItem("Teapot", "40.00")]), settlement_currency="USD"
    )
    started = time.monotonic()
    page = shop.app.test_client().get(f"/checkout/{checkout.token}").text
    took = time.monotonic() - started
    return {name for name in PROVIDERS if f'value="{name}:' in page}, took


def ask_the_doctor(shop: SideBySide) -> tuple[int, dict[str, tuple[str, str]]]:
    result = shop.app.test_cli_runner().invoke(args=["checkout", "doctor", "--json"])
    rows = json.loads(result.stdout)
    return result.exit_code, {
        row["check"]: (row["result"], row["detail"]) for row in rows
    }


def test_all_are_offered_and_healthy(shop: SideBySide) -> None:
    assert methods_by_provider(shop)[0] == set(PROVIDERS)
    code, findings = ask_the_doctor(shop)
    assert code == 0, findings
    assert set(PROVIDERS) <= set(findings)


@pytest.mark.parametrize(
    "break_it, reason",
    [
        (take_down, "no connection could be made"),
        # Whose own limit is the shorter one gives up by himself.
        (slow_down, f"no answer within {DEADLINE} s|no complete answer in time"),
        (let_lie, "JSON"),
    ],
)
@pytest.mark.parametrize("broken", PROVIDERS)
def test_the_others_are_offered_and_the_doctor_says_why(
    shop: SideBySide,
    broken: str,
    break_it: Callable[[SideBySide, str], None],
    reason: str,
) -> None:
    break_it(shop, broken)
    offered, took = methods_by_provider(shop)
    assert offered == set(PROVIDERS) - {broken}
    # A busy machine needs its time, too.
    assert took < DEADLINE + 3
    code, findings = ask_the_doctor(shop)
    assert code == 1
    result, detail = findings[broken]
    assert result == "BAD"
    assert re.search(reason, detail)
    for name in offered:
        assert findings[name][0] == "ok"
