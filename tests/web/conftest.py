"""Fixtures: an app with the page, and a desk behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit.web.blueprint import create_blueprint
from checkout_kit.web.brand import Brand
from checkout_kit.web.settings import PageSettings
from tests.web.fake_desk import NOW, FakeDesk, desk_for
from tests.web.fake_storefront import FakeStorefront


def make_app(desk: FakeDesk, **settings: object) -> Flask:
    """An app whose page asks this desk."""
    app = Flask("shop")
    app.config["SECRET_KEY"] = "a secret of the tests"
    defaults: dict[str, object] = {
        "public_url": "https://shop.example",
        "brand": Brand.from_config({"name": "Northwind Coffee"}),
        "clock": lambda: NOW,
    }
    page = PageSettings(**{**defaults, **settings})  # type: ignore[arg-type]
    app.register_blueprint(create_blueprint(desk, FakeStorefront(), page))
    return app


@pytest.fixture
def desk() -> FakeDesk:
    """A desk with a checkout that is to be paid in Lumens."""
    return desk_for("pay_memo")


@pytest.fixture
def client(desk: FakeDesk) -> FlaskClient:
    """A browser without JavaScript, before that desk."""
    return make_app(desk).test_client()


@pytest.fixture
def open_case() -> Callable[[str], FlaskClient]:
    """Makes a client for a desk in a named case."""
    return lambda case: make_app(desk_for(case)).test_client()
