"""Attacks on the page's addresses: tokens, return URLs, headers, hosts and paths."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import TimestampSigner
from werkzeug.datastructures import MultiDict

from checkout_kit import (
    InputError,
    PaymentObservation,
    PaymentStatus,
    ReturnSignatureError,
)
from checkout_kit.web.assets import Assets
from tests.fakes.scripted import Script
from tests.security.shop import CANARY, PUBLIC_URL, RETURN_URL, Shop

LIES = {"status": "paid", "txid": "f" * 64, "amount": "10.00", "state": "COMPLETED"}
EVIL = "evil.example"


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v or "" for k, v in attrs if k in ("href", "src", "action")]


def _paid(shop: Shop, script: Script, **options: str) -> str:
    """The path of a paid checkout's page."""
    invoice = shop.invoice("scripted:BTC", **options)
    status = PaymentStatus.CONFIRMED
    script.payments[invoice.id] = [PaymentObservation("d1", invoice.amount, status)]
    return shop.page(shop.look(invoice))


def _return_args(shop: Shop, page: str) -> dict[str, str]:
    links = _Links(shop.client.get(page).text).found
    (back,) = [link for link in links if link.startswith(RETURN_URL)]
    return {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()}


def test_visiting_the_return_url_pays_nothing(shop: Shop) -> None:
    checkout = shop.checkout(return_url=RETURN_URL)
    before = shop.books()
    lies = LIES | {"checkoutId": checkout.id, "checkoutSignature": "AAAA.BBBB"}
    for args in (LIES, lies, {"checkoutId": checkout.id}):
        with pytest.raises(ReturnSignatureError):
            shop.kit.verify_return(args)
        answer = shop.client.get(shop.page(checkout), query_string=args)
        assert answer.status_code == 200
        assert not shop.kit.get_checkout(checkout.id).is_paid
    assert shop.books() == before


def test_a_genuine_return_says_nothing_of_the_state(shop: Shop, script: Script) -> None:
    page = _paid(shop, script, return_url=RETURN_URL)
    args = _return_args(shop, page)
    other = shop.checkout(return_url=RETURN_URL)
    assert shop.kit.verify_return(args | LIES).is_paid
    with pytest.raises(ReturnSignatureError):
        shop.kit.verify_return(args | {"checkoutId": other.id})


def test_a_repeated_return_argument_is_refused(shop: Shop, script: Script) -> None:
    args = _return_args(shop, _paid(shop, script, return_url=RETURN_URL))
    twice = MultiDict([*args.items(), ("checkoutId", "0" * 32)])
    with pytest.raises(ReturnSignatureError):
        shop.kit.verify_return(twice)


def test_another_purposes_signature_is_no_return_signature(shop: Shop) -> None:
    checkout = shop.checkout()
    signed = TimestampSigner(f"key-{CANARY}", salt="session").sign(checkout.id)
    signature = signed.decode().partition(".")[2]
    with pytest.raises(ReturnSignatureError):
        shop.kit.verify_return(
            {"checkoutId": checkout.id, "checkoutSignature": signature}
        )


@pytest.mark.parametrize("offset", [-3600, 86_400 + 5])
def test_return_signatures_hold_in_a_window_of_two_sides(
    shop: Shop, script: Script, monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    args = _return_args(shop, _paid(shop, script, return_url=RETURN_URL))
    moved = time.time() + offset
    monkeypatch.setattr(time, "time", lambda: moved)
    with pytest.raises(ReturnSignatureError):
        shop.kit.verify_return(args)


def test_wrong_tokens_all_get_the_same_answer(shop: Shop) -> None:
    checkout = shop.checkout()
    token = checkout.token
    wrong = [
        "0" * 32,
        checkout.id,
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token.upper() + "A",
        token[:-1],
        token + "0",
        "x",
        "%00",
        "'or'1'='1",
        "%E2%80%AE" + token,
        token + "%0a",
        "a" * 5000,
    ]
    for rest in ("", "/methods", "/cancel", "/status"):
        answers = [shop.client.get(f"/checkout/{path}{rest}") for path in wrong]
        seen = {(answer.status_code, answer.data) for answer in answers}
        assert len(seen) == 1
        assert next(iter(seen))[0] == 404


@pytest.mark.parametrize("rest", ["/method", "/cancel", "/simulate"])
def test_a_checkouts_id_opens_nothing(shop: Shop, rest: str) -> None:
    checkout = shop.checkout()
    before = shop.books()
    data = {"method": "scripted:BTC", "scenario": "exact", "token": checkout.token}
    for token in (checkout.id, "0" * 32):
        answer = shop.client.post(f"/checkout/{token}{rest}", data=data)
        assert answer.status_code == 404
    assert shop.books() == before


MISLEADING: list[object] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://shop.example@evil.example/",
    "https://shop.example:x@evil.example/",
    "//evil.example",
    "/thanks",
    "https:///evil.example",
    "https:evil.example",
    "https:\\\\evil.example",
    "https://shop.example\\@evil.example",
    "\x01https://shop.example",
    " https://shop.example",
    "https://shop.example/\r\nSet-Cookie: a=b",
    "https://shop.example/\tx",
    "https://shop\u3002example/",
    "https://sh\u043ep.example/",
    "https://evil%2eexample/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://127.1/",
    "https://[::1%25eth0]/",
    "https://[v1.x]/",
    'https://shop"onmouseover=x.example/',
    "https://shop.example:0/",
    "https://shop.example:99999/",
    "ftp://shop.example/",
    "https://" + "a" * 2000,
    "",
    None.__class__,
    b"https://shop.example/",
]


@pytest.mark.parametrize("field", ["return_url", "cancel_url", "webhook_url"])
def test_a_misleading_address_is_refused(shop: Shop, field: str) -> None:
    before = shop.books()
    for url in MISLEADING:
        options: dict[str, Any] = {field: url}
        with pytest.raises(InputError, match=r"^(links\.|webhook)"):
            shop.checkout(**options)
    assert shop.books() == before


def test_links_come_from_the_public_url_alone(shop: Shop, script: Script) -> None:
    page = _paid(shop, script, return_url=RETURN_URL)
    checkout = shop.checkout()
    headers = {"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "gopher", "Host": EVIL}
    paths = [page, shop.page(checkout), shop.page(checkout, "/methods")]
    for path in [*paths, page + "/status", "/checkout/" + "0" * 32]:
        answer = shop.client.get(path, headers=headers)
        assert EVIL not in answer.text + str(answer.headers)
    answer = shop.client.post(shop.page(checkout, "/cancel"), headers=headers)
    assert answer.location == shop.page(checkout)
    assert shop.kit.get_checkout(checkout.id).url == PUBLIC_URL + shop.page(checkout)


@pytest.mark.parametrize("form", [{"next": f"//{EVIL}"}, {"method": f"//{EVIL}"}])
def test_redirects_stay_on_the_page(shop: Shop, form: dict[str, str]) -> None:
    checkout = shop.checkout()
    for rest in ("/method", "/cancel"):
        path = shop.page(checkout, rest)
        answer = shop.client.post(path, data=form, query_string={"next": f"//{EVIL}"})
        assert answer.status_code in (303, 400)
        assert (answer.location or "/checkout/").startswith("/checkout/")


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nb", "a\x00b", "\u2028"])
def test_no_header_is_made_of_the_shops_text(shop: Shop, text: str) -> None:
    hostile: list[dict[str, Any]] = [
        {"reference": text},
        {"return_url": f"{RETURN_URL}{text}"},
    ]
    for options in hostile:
        with pytest.raises(InputError):
            shop.checkout(**options)
    answer = shop.client.get(shop.page(shop.checkout(), "?notice=a%0d%0aX-Evil:1"))
    assert "X-Evil" not in str(answer.headers)


def test_the_page_can_not_be_framed(shop: Shop) -> None:
    checkout = shop.checkout()
    for path in (shop.page(checkout), shop.page(checkout, "/cancel"), "/checkout/x"):
        headers = shop.client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_reading_never_changes_anything(shop: Shop) -> None:
    checkout = shop.checkout()
    before = shop.books()
    rests = ("", "/methods", "/method", "/cancel", "/status", "/simulate")
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        for rest in rests:
            path = shop.page(checkout, rest)
            form = {"method": "scripted:BTC", "scenario": "exact"}
            shop.client.open(path, method=method, query_string=form)
    assert shop.books() == before


def test_no_cookie_is_set_or_needed(shop: Shop) -> None:
    # Without a cookie no other site can act for a buyer: it needs the token.
    checkout = shop.checkout()
    for path in (shop.page(checkout), shop.page(checkout, "/cancel")):
        assert "Set-Cookie" not in shop.client.get(path).headers
    stranger = shop.app.test_client(use_cookies=False)
    answer = stranger.post(shop.page(checkout, "/cancel"))
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (303, False)
    assert shop.kit.get_checkout(checkout.id).cancelled_at is not None


PATHS = [
    "../web/headers.py",
    "..%2f..%2fconfig.py",
    "%2e%2e/%2e%2e/config.py",
    "....//config.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "page.css%00.html",
    "page.css/../../headers.py",
    "..\\..\\config.py",
    "file:///etc/passwd",
    "",
]


def test_no_path_leads_to_a_file(shop: Shop) -> None:
    for path in PATHS:
        for root in ("/checkout/static/1/", "/checkout/hooks/scripted/"):
            answer = shop.client.get(root + path, follow_redirects=True)
            assert b"import annotations" not in answer.data, path
            assert b"root:" not in answer.data, path
            is_hook = "hooks" in root
            assert answer.status_code == 404 or (is_hook and answer.json == {}), path


def test_a_link_beside_the_assets_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("body{}")
    (tmp_path / "secret.txt").write_text(CANARY)
    (tmp_path / "secret.css.bak").symlink_to(tmp_path / "secret.txt")
    assets = Assets(tmp_path)
    for name in ("secret.txt", "secret.css.bak", "../secret.txt", "./page.css"):
        with pytest.raises(Exception, match="404"):
            assets.send(assets.version, name)
