"""Flask-Migrate: the shop's migrations and the kit's tables leave each other alone."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_SHOP = """
import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from checkout_kit import Charge, CheckoutKit, LineItem
from flask_migrate import Migrate
from tests.embedding.documented import documented

URL = "sqlite:///" + os.path.abspath("shop.sqlite")
db = SQLAlchemy()
kit = CheckoutKit(session=db.session)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    checkout_id = db.Column(db.String(64), index=True)
{column}

def create_app():
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="not a secret",
        SQLALCHEMY_DATABASE_URI=URL,
        CHECKOUT_KIT_DATABASE_URL=URL,
        CHECKOUT_KIT_PUBLIC_URL="https://shop.example",
    )
    db.init_app(app)
    kit.init_app(app)
    {migrate}(app, db)

    @app.cli.command("sell")
    def sell():
        made = kit.create_checkout(Charge("USD", [LineItem("Umbrella", "10.00")]))
        db.session.add(Order(checkout_id=made.id))
        db.session.commit()

    return app
"""


_DOCUMENTED = 'documented("add_migrations")'
#: All in one process: starting Flask is what takes the time.
_RUN = """
import json, sys
from shop import create_app

app = create_app()
for arguments in json.loads(sys.argv[1]):
    done = app.test_cli_runner().invoke(args=arguments)
    print(done.output)
    if done.exit_code:
        sys.exit(f"{arguments} failed: {done.exception!r}")
"""


def _flask(folder: Path, *commands: str) -> str:
    """Run ``flask`` commands of the shop in that folder, and return what they say."""
    listed = json.dumps([shlex.split(command) for command in commands])
    done = subprocess.run(
        [sys.executable, "-c", _RUN, listed],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _tables(folder: Path) -> set[str]:
    with closing(connect(folder / "shop.sqlite")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        return {name for (name,) in found}


def _newest_revision(folder: Path) -> str:
    files = sorted(
        (folder / "migrations" / "versions").glob("*.py"),
        key=lambda path: path.stat().st_mtime_ns,
    )
    return files[-1].read_text()


def test_migrating_keeps_the_kits_tables_and_what_is_in_them(tmp_path: Path) -> None:
    shop = tmp_path / "shop.py"
    shop.write_text(_SHOP.format(column="", migrate=_DOCUMENTED))
    _flask(
        tmp_path,
        "checkout init-db",
        "db init",
        "db migrate -m orders",
        "db upgrade",
        "sell",
    )
    kits_tables = {name for name in _tables(tmp_path) if "checkout_kit_" in name}
    assert kits_tables
    first = _newest_revision(tmp_path)
    assert "create_table('order'" in first
    assert "checkout_kit" not in first

    # Later on, a change of the shop's own, beside tables that are full; and the kit's
    # own migrations don't mind the shop's.
    column = "    note = db.Column(db.String(80))\n"
    shop.write_text(_SHOP.format(column=column, migrate=_DOCUMENTED))
    told = _flask(
        tmp_path,
        "db migrate -m notes",
        "db upgrade",
        "checkout init-db",
        "db migrate -m nothing",
    )
    second = _newest_revision(tmp_path)
    assert "note" in second
    assert "drop_table" not in second and "checkout_kit" not in second
    assert "No changes in schema detected" in told
    assert kits_tables < _tables(tmp_path)
    with closing(connect(tmp_path / "shop.sqlite")) as connection:
        joined = connection.execute(
            'SELECT count(*), max(note) FROM "order" '
            "JOIN checkout_kit_checkout AS c ON c.id = checkout_id"
        ).fetchone()
    assert joined == (1, None)


def test_without_the_filter_a_migration_would_drop_them(tmp_path: Path) -> None:
    """What the filter is for; if this fails, the document need not tell of it."""
    text = _SHOP.format(column="", migrate="Migrate")
    (tmp_path / "shop.py").write_text(text)
    _flask(tmp_path, "checkout init-db", "db init", "db migrate -m orders")
    assert "drop_table('checkout_kit_checkout')" in _newest_revision(tmp_path)
