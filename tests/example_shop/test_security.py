"""Forms of others, forged cookies, hostile input, headers and markup."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from example_shop import order_views
from example_shop.order import Order
from tests.example_shop.shopper import Shopper

FORMS = [
    "/products/tide-mug",
    "/cart/tide-mug",
    "/cart/discount",
    "/cart/country",
    "/orders",
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_form_without_our_token_is_refused(
    shopper: Shopper, path: str, token: str | None
) -> None:
    shopper.get("/products/tide-mug")
    data = {"quantity": "1", "country": "DE", "code": "WELCOME10"}
    if token is not None:
        data["csrf_token"] = token
    assert shopper.client.post(path, data=data).status_code == 400
    assert "There is nothing in it yet" in shopper.get("/cart")


def test_form_token_of_somebody_else_is_refused(
    shopper: Shopper, stranger: Shopper
) -> None:
    page = stranger.get("/products/tide-mug")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    shopper.get("/products/tide-mug")
    data = {"csrf_token": token, "quantity": "1"}
    assert shopper.client.post("/products/tide-mug", data=data).status_code == 400


@pytest.mark.parametrize("change", ["cut", "other", "junk", "long"])
def test_tampered_cookie_is_an_empty_cart(shopper: Shopper, change: str) -> None:
    shopper.put_into_cart("tide-mug")
    cookie = shopper.client.get_cookie("umberfold")
    assert cookie is not None
    value = {
        "cut": cookie.value[:-2],
        "other": "A" + cookie.value[1:],
        "junk": "..!!..",
        "long": "x" * 3_000,
    }[change]
    shopper.client.set_cookie("umberfold", value)
    assert "There is nothing in it yet" in shopper.get("/cart")


def test_cookie_is_kept_from_scripts_and_other_sites(shopper: Shopper) -> None:
    cookie = shopper.client.get("/products/tide-mug").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_huge_form_is_refused(shopper: Shopper) -> None:
    response = shopper.post("/cart/discount", code="x" * 10_000_000)
    assert response.status_code == 413
    assert "too much" in response.text


def test_other_methods_are_refused(shopper: Shopper) -> None:
    assert shopper.client.get("/cart/discount").status_code == 405
    assert shopper.client.delete("/cart").status_code in (400, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/products/..%2f..%2fsecret_key",
        "/products/%00",
        "/products/<script>alert(1)</script>",
        "/orders/' OR 1=1 --",
        "/orders/" + "x" * 5000,
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
    ],
)
def test_hostile_path_is_not_found(shopper: Shopper, path: str) -> None:
    response = shopper.client.get(path)
    assert response.status_code in (308, 404)
    assert "<script>alert" not in response.text
    assert "evil.example" not in response.headers.get("Location", "")


def test_other_host_is_led_home(shopper: Shopper) -> None:
    response = shopper.client.get("/cart?a=b", headers={"Host": "evil.example"})
    assert response.location == "http://localhost/cart?a=b"


def test_other_host_can_not_be_led_elsewhere(shopper: Shopper) -> None:
    response = shopper.client.get(
        "/",
        environ_overrides={"HTTP_HOST": "a.example", "PATH_INFO": "//evil.example/"},
    )
    assert response.status_code in (307, 308)
    assert response.location.startswith("http://localhost/")


def test_other_host_gets_no_form_through(shopper: Shopper) -> None:
    response = shopper.client.post("/cart/country", headers={"Host": "evil.example"})
    assert response.status_code == 400


@pytest.fixture
def pages(app: Flask, shopper: Shopper, order: Order) -> dict[str, str]:
    """Every page of the shop, as a browser gets it."""
    paths = ["/", "/products/fern-planter", "/cart", "/review", "/orders"]
    paths.append(f"/orders/{order.reference}")
    found = {path: shopper.get(path) for path in paths}
    found["404"] = shopper.client.get("/none").text
    found["400"] = shopper.client.post("/orders").text
    return found


#: A file of the shop's, or a widget with its hash.
_OWN_SCRIPT = re.compile(
    r'<script type="module" src="(?:/static/[^"]+"'
    r'|/checkout/widgets/\w+/define\.js" integrity="sha384-[^"]+" crossorigin)>'
)


def test_pages_hold_no_inline_style_or_script(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", page), (
            path
        )
        for script in re.findall(r"<script[^>]*>[^<]*", page):
            assert _OWN_SCRIPT.fullmatch(script)


def test_pages_ask_no_other_host(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        for address in re.findall(r'(?:src|href|action)="([^"]*)"', page):
            ours = address.startswith(("/", "#", "http://localhost/"))
            assert ours and not address.startswith("//"), (path, address)


def test_pages_escape_what_they_show(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert page.startswith("<!doctype html>")
        assert "{{" not in page


@pytest.mark.parametrize("path", ["/", "/cart", "/none", "/static/shop.css"])
def test_strict_headers(shopper: Shopper, path: str) -> None:
    with shopper.client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_fault_of_ours_is_told_without_its_details(
    app: Flask, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(order_views, "list_orders", fail)
    response = shopper.client.get("/orders")
    assert response.status_code == 500
    assert "Something broke" in response.text
    assert "secret of ours" not in response.text
    assert "default-src" in response.headers["Content-Security-Policy"]
