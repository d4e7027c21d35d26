"""The second theme: another brand, another look, and still readable by everyone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from checkout_kit import Charge, LineItem
from checkout_kit.testing import LoopbackServer
from checkout_kit_coinqvest.simulator import create_simulator
from example_shop import create_app, prepare_database
from example_shop.database import db
from example_shop.payments import kit
from tests.example_shop.conftest import close_database
from tests.support.accessibility import find_violations

_PICTURES = Path(__file__).parents[2] / ".test-results" / "screenshots"


@pytest.fixture
def themed(tmp_path: Path) -> Iterator[Flask]:
    """The shop in its second theme, paid through a simulator."""
    with LoopbackServer(create_simulator()) as simulator:
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        app = create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "a key for tests",
                "SHOP_THEME": "saltmarsh",
                "SQLALCHEMY_DATABASE_URI": url,
                "CHECKOUT_KIT_DATABASE_URL": url,
                "CHECKOUT_KIT_PUBLIC_URL": "http://localhost",
                "CHECKOUT_KIT_PLUGINS": {
                    "coinqvest": {
                        "api_key": "SIMULATORKEY",
                        "api_secret": "SimulatorSecretOf29Characters",
                        "base_url": f"{simulator.url}/api/v1",
                        "control_url": f"{simulator.url}/control",
                        "test_mode": True,
                    }
                },
            }
        )
        prepare_database(app)
        yield app
        app.extensions["checkout_kit"].database.dispose()
        close_database(app)


def _checkout_path(app: Flask) -> str:
    with app.app_context():
        made = kit.create_checkout(Charge("USD", [LineItem("Tide mug", "24.00")]))

        db.session.commit()
    return f"/checkout/{made.token}"


def test_the_theme_dresses_shop_and_checkout(themed: Flask) -> None:
    client = themed.test_client()
    shelf = client.get("/", base_url="http://localhost").text
    page = client.get(_checkout_path(themed)).text
    for html in (shelf, page):
        assert "Saltmarsh" in html
        assert "Umberfold" not in html
        assert "/static/themes/saltmarsh.css" in html
    assert "Fired by the sea" in page
    assert "--ck-accent: #0b6b63" in client.get("/checkout/brand.css").text
    with client.get("/static/themes/saltmarsh.css") as style:
        assert style.status_code == 200


def test_a_theme_that_there_is_not_stops_the_start() -> None:
    with pytest.raises(ValueError, match="umberfold, saltmarsh"):
        create_app({"SECRET_KEY": "x", "SHOP_THEME": "neon"})


@pytest.mark.browser
def test_the_theme_is_readable_in_light_and_dark(
    themed: Flask, chromium: Browser
) -> None:
    """Axe checks the contrast (AA) of what is shown, before and after choosing."""
    path = _checkout_path(themed)
    server = make_server("127.0.0.1", 0, themed, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    # The shop answers on this one host.
    themed.config["CHECKOUT_KIT_PUBLIC_URL"] = host
    url = host + path
    _PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        for stage in ("choose", "pay"):
            for width, scheme in ((360, "dark"), (1280, "light"), (1280, "dark")):
                context = chromium.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if scheme == "dark" else "light",
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.goto(url)
                assert find_violations(page) == [], f"{stage} {width} {scheme}"
                ground = page.evaluate(
                    "getComputedStyle(document.documentElement)"
                    ".getPropertyValue('--ck-ground').trim()"
                )
                assert ground == ("#08181e" if scheme == "dark" else "#f1f6f6")
                name = f"saltmarsh-{stage}-{width}-{scheme}.png"
                page.screenshot(path=_PICTURES / name, full_page=True)
                context.close()
            if stage == "choose":
                chosen = themed.test_client().post(
                    f"{path}/method", data={"method": "coinqvest:XLM"}
                )
                assert chosen.status_code == 303
    finally:
        server.shutdown()
        server.server_close()
