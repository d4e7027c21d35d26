"""Where the page is mounted: factories, several apps, prefixes, subdomains, proxies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from checkout_kit import Charge, CheckoutKit, LineItem, NotFoundError
from checkout_kit.testing import FakeClock
from tests.embedding.documented import documented
from tests.embedding.little_shop import LittleShop
from tests.fakes.scripted import Script, scripted_plugin

_LINKS = re.compile(r'(?:href|src|action|data-status)="([^"#]+)"')


def _links_of_ours(html: str) -> list[str]:
    """All that a page leads to, but the buyer's wallet and the way back to the shop."""
    others = ("bitcoin:", "https://shop.example", "https://pay.shop.example")
    return [link for link in _LINKS.findall(html) if not link.startswith(others)]


def test_a_factory_makes_apps_that_share_one_kit(
    tmp_path: Path, clock: FakeClock
) -> None:
    script = Script()
    kit = CheckoutKit(clock=clock, plugins=[("scripted", scripted_plugin(script))])

    def create_app(name: str) -> Flask:
        app = Flask(name)
        app.config.update(
            TESTING=True,
            SECRET_KEY=name,
            CHECKOUT_KIT_PLUGINS={"scripted": {}},
            CHECKOUT_KIT_PUBLIC_URL=f"https://{name}.example",
            CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / name}.sqlite",
            CHECKOUT_KIT_BRAND={"name": f"The {name}"},
        )
        kit.init_app(app)
        with app.app_context():
            kit.init_db()
        return app

    apps = {name: create_app(name) for name in ("bakery", "brewery")}
    made = {}
    for name, app in apps.items():
        with app.app_context():
            charge = Charge("USD", [LineItem("Loaf", "5.00")])
            made[name] = kit.create_checkout(charge)
            assert made[name].url.startswith(f"https://{name}.example/checkout/")
    for name, app in apps.items():
        other = made["brewery" if name == "bakery" else "bakery"]
        client = app.test_client()
        assert f"The {name}" in client.get(f"/checkout/{made[name].token}").text
        assert client.get(f"/checkout/{other.token}").status_code == 404
        with app.app_context(), pytest.raises(NotFoundError):
            kit.get_checkout(other.id)
    with pytest.raises(RuntimeError, match="app context"):
        kit.list_checkouts()
    for app in apps.values():
        app.extensions["checkout_kit"].database.dispose()


def test_two_apps_each_with_a_kit_of_its_own_call_their_own_handlers(
    opened: Callable[..., LittleShop], tmp_path: Path
) -> None:
    heard: list[str] = []
    shops = {}
    for name in ("bakery", "brewery"):
        shops[name] = opened(database_url=f"sqlite:///{tmp_path / name}.sqlite")

        def hear(event: object, session: object, name: str = name) -> None:
            heard.append(name)

        shops[name].kit.on("checkout.paid")(hear)
    assert shops["brewery"].pay(shops["brewery"].buy()).is_paid
    shops["bakery"].kit.run_due()
    assert heard == ["brewery"]


def test_below_a_prefix_of_the_server_every_link_keeps_it(
    opened: Callable[..., LittleShop],
) -> None:
    """The app is at /store of its server, and the page at /store/pay of that."""
    shop = opened(
        config={
            "CHECKOUT_KIT_PUBLIC_URL": "https://shop.example/store",
            "CHECKOUT_KIT_URL_PREFIX": "/pay",
        }
    )
    client = Client(DispatcherMiddleware(Response("outside"), {"/store": shop.app}))
    made = shop.buy()
    assert made.url == f"https://shop.example/store/pay/{made.token}"
    page = client.get(f"/store/pay/{made.token}")
    assert "https://shop.example/checkout" not in page.text
    links = _links_of_ours(page.text)
    assert links and all(link.startswith("/store/pay/") for link in links), links
    for link in links:
        if "/method" not in link:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    chosen = client.post(
        f"/store/pay/{made.token}/method", data={"method": "scripted:BTC"}
    )
    assert chosen.headers["Location"].startswith(f"/store/pay/{made.token}")


def test_the_page_is_on_its_own_subdomain(opened: Callable[..., LittleShop]) -> None:
    app = documented("create_subdomain_app")()
    shop = opened(app=app)
    made = shop.buy()
    assert made.url == f"https://pay.shop.example/checkout/{made.token}"
    client = app.test_client(use_cookies=False)
    path = f"/checkout/{made.token}"
    page = client.get(path, base_url="https://pay.shop.example")
    assert page.status_code == 200
    links = _links_of_ours(page.text)
    assert links and all(link.startswith("/checkout/") for link in links), links
    assert client.get(path, base_url="https://shop.example").status_code == 404
    home = client.get("/", base_url="https://shop.example")
    assert home.text == "Umbrellas, all black"
    keys = client.get("/api/v1/auth-test", base_url="https://pay.shop.example")
    assert keys.status_code == 401


def test_behind_a_proxy_links_are_of_the_public_url_alone(
    opened: Callable[..., LittleShop],
) -> None:
    shop = opened(config={"CHECKOUT_KIT_PUBLIC_URL": "https://shop.example"})
    app = shop.app
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    forwarded = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    bought = app.test_client().post("/buy", headers=forwarded)
    address = bought.headers["Location"]
    assert address.startswith("https://shop.example/checkout/")
    path = address.removeprefix("https://shop.example")
    page = app.test_client().get(path, headers=forwarded)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    chosen = app.test_client().post(
        f"{path}/method", data={"method": "scripted:BTC"}, headers=forwarded
    )
    assert chosen.status_code == 303
    assert "evil.example" not in chosen.headers["Location"]


def test_a_proxys_prefix_is_kept(opened: Callable[..., LittleShop]) -> None:
    """The proxy takes /store away and says so, by X-Forwarded-Prefix."""
    shop = opened(config={"CHECKOUT_KIT_PUBLIC_URL": "https://shop.example/store"})
    app = shop.app
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    made = shop.buy()
    plain = app.test_client().get(f"/checkout/{made.token}")
    behind = app.test_client().get(
        f"/checkout/{made.token}", headers={"X-Forwarded-Prefix": "/store"}
    )
    links = _links_of_ours(behind.text)
    assert links and all(link.startswith("/store/checkout/") for link in links), links
    # A page kept from one way in is not given to whoever comes by another.
    assert "/store/checkout" not in plain.text
