"""Flask-Caching, Flask-Limiter, Flask-Talisman: what the app does to every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_caching
import flask_limiter
import flask_talisman
import pytest
from flask import Flask
from flask_limiter.util import get_remote_address

from checkout_kit.web.headers import strict_headers
from tests.embedding.documented import documented
from tests.embedding.little_shop import LittleShop

_POLICY = strict_headers()["Content-Security-Policy"]


def test_no_page_is_cached_across_buyers(opened: Callable[..., LittleShop]) -> None:
    caches: list[flask_caching.Cache] = []

    def with_cache(app: Flask) -> None:
        app.config.update(CACHE_TYPE="SimpleCache", CACHE_DEFAULT_TIMEOUT=3600)
        caches.append(flask_caching.Cache(app))
        # As eagerly as it can be: every view of the shop, whoever asks.
        view: Any = app.view_functions["show_home"]
        cached: Any = caches[0].cached()
        app.view_functions["show_home"] = cached(view)

    shop = opened(after=with_cache)
    client = shop.app.test_client()
    assert client.get("/").text == client.get("/").text
    kept = set(caches[0].cache._cache)
    assert len(kept) == 1, "the shop's own cache is not used"
    pages = {}
    for item in ("Umbrella", "Parasol"):
        made = shop.buy(item)
        page = shop.show(made)
        pages[item] = (made, page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert item in page.text
    assert "Parasol" not in pages["Umbrella"][1]
    first = pages["Umbrella"][0]
    assert shop.pay(first).is_paid
    assert "Payment received" in shop.show(first).text
    assert "Payment received" not in shop.show(pages["Parasol"][0]).text
    assert set(caches[0].cache._cache) == kept


@pytest.fixture
def limited(opened: Callable[..., LittleShop]) -> Callable[[bool], LittleShop]:
    """Opens a shop with limits, as documented or with the kit under them too."""

    def open_it(is_exempt: bool) -> LittleShop:
        def with_limits(app: Flask) -> None:
            app.config["RATELIMIT_STORAGE_URI"] = "memory://"
            if is_exempt:
                documented("add_limits")(app)
                return
            flask_limiter.Limiter(
                get_remote_address, app=app, default_limits=["2 per hour"]
            )

        return opened(after=with_limits)

    return open_it


def test_the_shops_limits_do_not_stop_what_the_page_polls(
    limited: Callable[[bool], LittleShop],
) -> None:
    shop = limited(True)
    made = shop.buy()
    answers = {shop.show(made, "/status").status_code for _ in range(61)}
    assert answers == {200}
    hooks = "/checkout/hooks/scripted"
    client = shop.app.test_client()
    assert {client.post(hooks, data=b"{}").status_code for _ in range(61)} == {200}
    home = [client.get("/").status_code for _ in range(61)]
    assert home == [200] * 60 + [429]


def test_a_limit_on_the_page_is_told_on_the_kits_own_page(
    limited: Callable[[bool], LittleShop],
) -> None:
    shop = limited(False)
    made = shop.buy()
    answers = [shop.show(made) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "<h1" in answers[2].text
    assert answers[2].headers["Content-Security-Policy"] == _POLICY


def _with_talisman(app: Flask) -> None:
    flask_talisman.Talisman(
        app,
        content_security_policy={"default-src": ["'self'", "https://cdn.example"]},
        frame_options="SAMEORIGIN",
        referrer_policy="unsafe-url",
    )


def test_the_documents_headers_are_for_the_shop_alone(
    opened: Callable[..., LittleShop],
) -> None:
    shop = opened(before=documented("add_headers"))
    secure = {"base_url": "https://shop.example"}
    page = shop.show(shop.buy(), **secure)
    assert page.headers.getlist("Content-Security-Policy") == [_POLICY]
    home = shop.app.test_client().get("/", **secure)
    assert home.headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_each_keeps_its_own_policy(
    opened: Callable[..., LittleShop], moment: str
) -> None:
    shop = opened(**{moment: _with_talisman})
    made = shop.buy()
    secure = {"base_url": "https://shop.example"}
    page = shop.show(made, **secure)
    assert page.status_code == 200
    assert page.headers.getlist("Content-Security-Policy") == [_POLICY]
    assert page.headers.getlist("X-Frame-Options") == ["DENY"]
    assert page.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert page.headers.getlist("Cache-Control") == ["no-store"]
    assert "max-age" in page.headers["Strict-Transport-Security"]
    home = shop.app.test_client().get("/", **secure)
    assert "https://cdn.example" in home.headers["Content-Security-Policy"]
    assert home.headers["X-Frame-Options"] == "SAMEORIGIN"
    missing = shop.app.test_client().get(f"/checkout/{'0' * 32}", **secure)
    assert missing.status_code == 404
    assert missing.headers["Content-Security-Policy"] == _POLICY
    asked = shop.app.test_client().get("/api/v1/auth-test", **secure)
    assert asked.headers["X-Frame-Options"] == "DENY"


def test_plain_http_is_led_to_https(opened: Callable[..., LittleShop]) -> None:
    shop = opened(before=_with_talisman)
    made = shop.buy()
    led = shop.show(made)
    assert led.status_code == 302
    assert led.headers["Location"] == f"https://localhost/checkout/{made.token}"
    # A page that is served over https works on: its forms, and its polls.
    secure = {"base_url": "https://shop.example"}
    chosen = shop.post(made, "/method", {"method": "scripted:BTC"}, **secure)
    assert chosen.status_code == 303
    assert shop.show(made, "/status", **secure).status_code == 200
