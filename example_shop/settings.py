"""Settings of the demo: where it keeps its files and where the pieces listen."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from example_shop.providers import SETTLEMENT, simulated_providers

HOST = "127.0.0.1"
DEFAULT_PORT = 5000
DEFAULT_SIMULATOR_PORT = 5001


def demo_config(
    instance: Path | str | None = None,
    port: int | None = None,
    simulator_port: int | None = None,
) -> dict[str, Any]:
    """Make the settings of a demo shop; the environment fills in what is not given.

    The names there are ``SHOP_INSTANCE``, ``PORT``, ``SIMULATOR_PORT`` and ``THEME``.
    """
    environ = os.environ
    folder = Path(instance or environ.get("SHOP_INSTANCE") or "instance").absolute()
    port = port or int(environ.get("PORT") or DEFAULT_PORT)
    simulator_port = simulator_port or int(
        environ.get("SIMULATOR_PORT") or DEFAULT_SIMULATOR_PORT
    )
    folder.mkdir(parents=True, exist_ok=True)
    database = URL.create("sqlite", database=str(folder / "shop.db"))
    database_url = database.render_as_string(hide_password=False)
    return {
        "SHOP_THEME": environ.get("THEME") or "umberfold",
        "SECRET_KEY": _secret_key(folder / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": database_url,
        # The same file: an order and its checkout are one transaction.
        "CHECKOUT_KIT_DATABASE_URL": database_url,
        "CHECKOUT_KIT_PUBLIC_URL": f"http://{HOST}:{port}",
        "CHECKOUT_KIT_SETTLEMENT": SETTLEMENT,
        # An order's page opens the checkout above itself.
        "CHECKOUT_KIT_FRAME_ANCESTORS": ["'self'"],
        "CHECKOUT_KIT_PLUGINS": simulated_providers(f"http://{HOST}:{simulator_port}"),
    }


def _secret_key(path: Path) -> str:
    """Read the key that signs cookies; make one at the first start."""
    try:
        return path.read_text()
    except FileNotFoundError:
        key = secrets.token_hex(32)
    try:
        with open(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w"
        ) as file:
            file.write(key)
    except FileExistsError:
        return path.read_text()
    return key
