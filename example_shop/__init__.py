"""Umberfold: a little ceramics shop that is paid through checkout-kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

# Importing the views registers them.
from example_shop import (
    blueprint,
    cart_views,
    database,
    order_views,
    payments,
    security,
    settings,
    shelf_views,
    stock,
    theme,
)
from example_shop.database import db

__all__ = ["create_app", "prepare_database"]

_VIEWS = (shelf_views, cart_views, order_views)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the shop, with the demo's settings unless others are given."""
    app = Flask(__name__)
    app.config.from_mapping(
        SESSION_COOKIE_NAME="umberfold",
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.config.from_mapping(settings.demo_config() if config is None else config)
    theme.init_app(app)
    database.init_app(app)
    payments.init_app(app)
    security.init_app(app)
    blueprint.init_app(app)
    return app


def prepare_database(app: Flask) -> None:
    """Make the tables that are missing, the shop's and the kit's; fill the shelf."""
    with app.app_context():
        db.create_all()
        payments.kit.init_db()
        stock.fill_stock(db.session())
        db.session.commit()
