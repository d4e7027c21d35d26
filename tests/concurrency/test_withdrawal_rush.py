"""Several processes commit the same withdrawal at once: money leaves once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checkout_kit import Currency, WithdrawalTarget
from tests.concurrency.withdrawal_rush import make_kit
from tests.fakes.scripted import ADDRESS
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_PROCESSES = 3


def test_processes_that_commit_at_once_send_once(
    migrated_database_url: str, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    kit, app = make_kit(migrated_database_url, ledger)
    target = WithdrawalTarget(Currency.parse("BTC"), address=ADDRESS)
    with app.app_context():
        order = kit.create_withdrawal("vault/main", "0.5", target)
    app.extensions["checkout_kit"].database.dispose()
    command = [sys.executable, "-m", "tests.concurrency.withdrawal_rush"]
    running = [
        subprocess.Popen(
            [*command, migrated_database_url, str(ledger), order.id],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(_PROCESSES)
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * _PROCESSES
    assert told == ["PROCESSING\n"] * _PROCESSES
    assert ledger.read_text(encoding="utf-8") == "0.50000000 BTC\n"
