"""One of several processes that commit the same withdrawal, again and again.

``python -m tests.concurrency.withdrawal_rush URL LEDGER ID``: waits for a line on its
input, so that all begin at once. The provider writes each transfer into LEDGER.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from flask import Flask

from checkout_kit import CheckoutKit, WithdrawalRequest
from checkout_kit.wiring import SystemClock
from tests.fakes.scripted import kit_of
from tests.fakes.vault import Vault, vault_plugin

_THREADS = 3


class LedgerVault(Vault):
    """A vault that all processes see into."""

    def __init__(self, ledger: Path) -> None:
        super().__init__()
        self._ledger = ledger

    def send(self, request: WithdrawalRequest) -> int:
        """Send money; each transfer is a line."""
        with self._ledger.open("a", encoding="utf-8") as lines:
            lines.write(f"{request.amount}\n")
        return super().send(request)


def make_kit(url: str, ledger: Path) -> tuple[CheckoutKit, Flask]:
    """The kit, in whatever process."""
    return kit_of(url, SystemClock(), {"vault": vault_plugin(LedgerVault(ledger))})


def main(url: str, ledger: str, withdrawal_id: str) -> None:
    """Commit, and send what is due as a worker would."""
    kit, app = make_kit(url, Path(ledger))
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()

    def commit() -> None:
        with app.app_context():
            kit.commit_withdrawal(withdrawal_id)
            kit.run_due()

    threads = [threading.Thread(target=commit) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        print(kit.get_withdrawal(withdrawal_id).state.value)  # noqa: T201
    app.extensions["checkout_kit"].database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
