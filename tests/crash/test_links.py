"""A process dies while it opens the last of a link: held once, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from checkout_kit import CheckoutKit
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit, ten_dollars
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_KEY = "the-key-of-one-buyer"


def _open(kit: CheckoutKit, token: str, key: str) -> int:
    app = kit._of_app()
    try:
        app.counter.open_link(token, None, key)
    except Exception as err:
        assert getattr(err, "reason", None) == "sold_out", err
        return 409
    return 200


def _die(side: str, url: str, token: str) -> None:
    """Open the link in this process, and be killed before or after the commit."""
    kit, app = scripted_kit(url, FakeClock(), Script())
    commit = Connection.commit

    def fatal(self: Connection) -> None:
        if side == "after":
            commit(self)
        os.kill(os.getpid(), signal.SIGKILL)

    Connection.commit = fatal  # type: ignore[method-assign]
    with app.app_context():
        _open(kit, token, _KEY)


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_crash_while_the_last_one_is_opened(
    side: str, migrated_database_url: str, clock: FakeClock
) -> None:
    kit, app = scripted_kit(migrated_database_url, clock, Script())
    with app.app_context():
        link = kit.create_link(ten_dollars(), stock=1)
        command = [
            "-m",
            "tests.crash.test_links",
            side,
            migrated_database_url,
            link.token,
        ]
        dead = subprocess.run(
            [sys.executable, *command],
            cwd=Path(ROOT),
            check=False,
        )
        assert dead.returncode == -signal.SIGKILL
        # Held by nobody, or by the buyer's checkout: never by a half of one.
        held = 1 if side == "after" else 0
        assert kit.get_link(link.id).held == len(kit.list_checkouts()) == held
        if held:
            assert _open(kit, link.token, "the-key-of-another-one") == 409
        # The buyer clicks again.
        assert _open(kit, link.token, _KEY) == 200
        assert kit.get_link(link.id).held == len(kit.list_checkouts()) == 1
        kit.close()


if __name__ == "__main__":
    _die(*sys.argv[1:])
