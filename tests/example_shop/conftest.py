"""Fixtures: a shop on a database of its own, and shoppers in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask
from sqlalchemy import select

from example_shop import create_app, prepare_database
from example_shop.database import db
from example_shop.order import Order
from tests.example_shop.shopper import Shopper

PUBLIC_URL = "http://localhost"


def make_app(database: Path) -> Flask:
    """Make the shop, with no provider to pay by."""
    url = f"sqlite:///{database}"
    return create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "a key for tests",
            "SQLALCHEMY_DATABASE_URI": url,
            "CHECKOUT_KIT_DATABASE_URL": url,
            "CHECKOUT_KIT_PUBLIC_URL": PUBLIC_URL,
            "CHECKOUT_KIT_PLUGINS": {},
        }
    )


def close_database(app: Flask) -> None:
    """Close the shop's connections."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new shop has it, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "shop.db"
    app = make_app(path)
    prepare_database(app)
    close_database(app)
    return path


@pytest.fixture
def app(tmp_path: Path, prepared_database: Path) -> Iterator[Flask]:
    """The shop, on a database of its own."""
    path = tmp_path / "shop.db"
    with closing(connect(prepared_database)) as source, closing(connect(path)) as copy:
        source.backup(copy)
    app = make_app(path)
    yield app
    close_database(app)


@pytest.fixture
def shopper(app: Flask) -> Shopper:
    """Somebody with an empty cart."""
    return Shopper(app)


@pytest.fixture
def stranger(app: Flask) -> Shopper:
    """Somebody else."""
    return Shopper(app)


@pytest.fixture
def order(app: Flask, shopper: Shopper) -> Iterator[Order]:
    """The shopper's order of two mugs and a bowl, not paid yet."""
    shopper.put_into_cart("tide-mug", 2)
    shopper.put_into_cart("dune-bowl")
    shopper.pay()
    with app.app_context():
        yield db.session.scalars(select(Order)).one()
