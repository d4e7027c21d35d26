"""A process is killed at each commit of an API request; sent again, it happens once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from checkout_kit.storage import tables
from tests.crash.api_caller import TEMPLATE, make_app, send
from tests.support.source import ROOT
from tests.web.api.merchant import MINIMAL

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", ["/checkout/hosted", "/checkout", "/checkout/commit"])
def test_a_request_that_was_cut_off_happens_once(path: str, tmp_path: Path) -> None:
    app = make_app(tmp_path / TEMPLATE)
    services = app.extensions["checkout_kit"]
    made = services.api_keys.create(services.basis.clock.now(), store_id="default")
    key, body = (made.key.id, made.secret), json.dumps(MINIMAL)
    if path == "/checkout/commit":
        _, checkout = send(app, *key, "/checkout", body)
        body = json.dumps({"checkoutId": checkout["id"], "assetCode": "BTC"})
    services.database.dispose()
    caller = [sys.executable, "-m", "tests.crash.api_caller", str(tmp_path)]
    done = subprocess.run(
        [*caller, *key, path, body],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    killed = int(done.stdout)
    # One transaction without a provider, several commits with one; two sides each.
    assert killed == 2 if path == "/checkout/hosted" else killed >= 6
    for number in range(killed):
        _check_sent_again(tmp_path / f"killed-{number}.db", key, path, body)


def _check_sent_again(
    database: Path, key: tuple[str, str], path: str, body: str
) -> None:
    app = make_app(database)
    services = app.extensions["checkout_kit"]
    with services.database.transaction(write=True) as connection:
        # As it comes in the database's own time.
        for table in ("api_request", "invoice"):
            statement = f"UPDATE checkout_kit_{table} SET claim_until = 0"  # noqa: S608
            connection.execute(text(statement))
        connection.get_transaction().commit()
    services.basis.clock.advance(20)
    services.work.run_provider_work()
    first = send(app, *key, path, body)
    assert first[0] == 200, first
    assert send(app, *key, path, body) == first
    with services.database.transaction(write=False) as connection:
        counts = [
            connection.execute(select(func.count()).select_from(rows)).scalar_one()
            for rows in (tables.checkout, tables.invoice)
        ]
    services.database.dispose()
    assert counts == [1, 1 if path == "/checkout/commit" else 0]
