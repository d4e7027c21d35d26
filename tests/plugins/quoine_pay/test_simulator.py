"""The simulator by itself: signed by hand here, and never by the plugin's client."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from checkout_kit.testing import FakeClock, LoopbackServer, WebhookRecorder
from checkout_kit_quoine_pay.simulator import (
    SIMULATOR_USER_ID,
    SIMULATOR_USER_SECRET,
    create_simulator,
    simulator_of,
)
from tests.plugins.quoine_pay.fake_api import read_case


@pytest.fixture
def app(clock: FakeClock) -> Flask:
    return create_simulator(clock=clock.now)


def headers_of(
    target: str,
    body: bytes,
    date: datetime,
    *,
    nonce: str | None = None,
    content_md5: str = "",
    secret: str = SIMULATOR_USER_SECRET,
    user_id: str = SIMULATOR_USER_ID,
) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Date": format_datetime(date, usegmt=True),
        "NONCE": nonce or secrets.token_hex(16),
    }
    text = ",".join(
        [
            headers["Content-Type"],
            content_md5,
            target,
            headers["Date"],
            headers["NONCE"],
        ]
    )
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    headers["Authorization"] = f"APIAuth {user_id}:{base64.b64encode(mac).decode()}"
    if content_md5:
        headers["Content-MD5"] = content_md5
    return headers


def call(
    app: Flask,
    method: str,
    path: str,
    body: Any = None,
    *,
    late: int = 0,
    **signing: Any,
) -> TestResponse:
    raw = b"" if body is None else json.dumps(body).encode()
    target = f"/api/v1{path}"
    now = simulator_of(app).clock.real() + timedelta(seconds=late)
    headers = headers_of(target, raw, now, **signing)
    return app.test_client().open(target, method=method, data=raw, headers=headers)


def control(app: Flask, path: str, body: Any = None) -> Any:
    answer = app.test_client().post(f"/control{path}", json=body or {})
    assert answer.status_code == 200, answer.text
    return answer.json


def create(app: Flask, **body: Any) -> Any:
    answer = call(app, "POST", "/invoices", {"price": "500.00", **body})
    assert answer.status_code == 200, answer.text
    return answer.json


def status_of(app: Flask, number: int = 1) -> tuple[str, str]:
    document = call(app, "GET", f"/invoices/{number}").get_json()
    return document["system_status"], document["invoice_status"]


# Authentication


def test_a_signed_request_is_let_in(app: Flask) -> None:
    assert call(app, "GET", "/profile").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "x"}, {"user_id": "2"}, {"nonce": "a" * 31}, {"nonce": "-" * 32}],
)
def test_a_wrong_signature_is_refused(app: Flask, wrong: dict[str, Any]) -> None:
    answer = call(app, "GET", "/profile", **wrong)
    assert answer.status_code == 401
    assert answer.get_json()["status"] == "fail"


@pytest.mark.parametrize("name", ["Authorization", "Date", "NONCE", "Content-Type"])
def test_a_missing_header_is_refused(app: Flask, clock: FakeClock, name: str) -> None:
    headers = headers_of("/api/v1/profile", b"", clock.now())
    del headers[name]
    answer = app.test_client().get("/api/v1/profile", headers=headers)
    assert answer.status_code == 401


def test_a_nonce_is_good_once(app: Flask) -> None:
    nonce = secrets.token_hex(16)
    assert call(app, "GET", "/profile", nonce=nonce).status_code == 200
    answer = call(app, "GET", "/profile", nonce=nonce)
    assert answer.status_code == 401
    assert "NONCE" in answer.get_json()["message"]


@pytest.mark.parametrize(
    ("late", "status"), [(900, 200), (-900, 200), (901, 401), (-901, 401)]
)
def test_the_date_window_has_two_sides(app: Flask, late: int, status: int) -> None:
    assert call(app, "GET", "/profile", late=late).status_code == status


def test_the_hash_must_be_the_contents(app: Flask) -> None:
    body = {"price": "1.00"}
    digest = hashlib.md5(json.dumps(body).encode(), usedforsecurity=False).digest()
    good = base64.b64encode(digest).decode()
    assert call(app, "POST", "/invoices", body, content_md5=good).status_code == 200
    bad = "1B2M2Y8AsgTpgAmY7PhCfg=="
    assert call(app, "POST", "/invoices", body, content_md5=bad).status_code == 401


def test_the_hash_of_an_empty_body_is_the_documents(app: Flask) -> None:
    empty = "1B2M2Y8AsgTpgAmY7PhCfg=="
    assert call(app, "GET", "/profile", content_md5=empty).status_code == 200


def test_a_changed_target_is_refused(app: Flask, clock: FakeClock) -> None:
    headers = headers_of("/api/v1/invoices?page=1", b"", clock.now())
    answer = app.test_client().get("/api/v1/invoices?page=2", headers=headers)
    assert answer.status_code == 401


# Documents


def test_a_created_invoice_has_the_documents_fields(app: Flask) -> None:
    made = create(app, name="invoice name", data="any data")
    example = read_case("create_invoice")
    assert list(made) == list(example)
    assert made["system_status"] == example["system_status"]
    assert made["invoice_status"] == example["invoice_status"]
    assert (made["price"], made["data"]) == ("500.0", "any data")
    assert isinstance(made["btc_price"], float)
    assert made["btc_balance"] == 0
    assert made["expired_at"] == "2014-08-08T20:10:13.000+09:00"
    assert re.fullmatch(r"1[1-9A-HJ-NP-Za-km-z]{25,33}", made["bitcoin_address"])


def test_the_list_has_the_documents_frame(app: Flask) -> None:
    for _ in range(8):
        create(app)
    page = call(app, "GET", "/invoices?page=2&per=5").get_json()
    assert [invoice["id"] for invoice in page["invoices"]] == [6, 7, 8]
    assert page["meta"] == {
        "current_page": 2,
        "next_page": None,
        "prev_page": 1,
        "total_pages": 2,
        "total_count": 8,
    }
    control(app, "/settings", {"order": "newest"})
    page = call(app, "GET", "/invoices?per=3").get_json()
    assert [invoice["id"] for invoice in page["invoices"]] == [8, 7, 6]


@pytest.mark.parametrize("body", [{}, {"price": ""}, {"price": None}])
def test_a_blank_price_is_the_documents_error(app: Flask, body: Any) -> None:
    answer = call(app, "POST", "/invoices", body)
    assert answer.status_code == 422
    assert answer.get_json() == read_case("error_fields")


@pytest.mark.parametrize("price", ["-1", "1e3", "x", "0", True, [1], "9" * 12])
def test_an_odd_price_is_an_error(app: Flask, price: Any) -> None:
    assert call(app, "POST", "/invoices", {"price": price}).status_code == 422


def test_an_unknown_invoice_is_the_documents_error(app: Flask) -> None:
    answer = call(app, "GET", "/invoices/9")
    assert answer.status_code == 404
    assert answer.get_json() == read_case("error_message")


def test_the_callback_address_is_taken_over(app: Flask) -> None:
    url = "https://merchant.example.com/callback"
    answer = call(app, "POST", "/payments_callback_url", {"callback": url})
    assert answer.get_json() == read_case("set_callback")
    profile = call(app, "GET", "/profile").get_json()
    assert list(profile) == list(read_case("get_profile"))
    assert profile["settings"] == {"payments_callback": url}


def test_every_endpoint_of_the_document_is_served(app: Flask) -> None:
    served = {
        (method, rule.rule.replace("<int:number>", "{id}").removeprefix("/api/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    # The chapters 2 to 6 of the document.
    assert served == {
        ("POST", "/invoices"),
        ("GET", "/invoices/{id}"),
        ("GET", "/invoices"),
        ("GET", "/profile"),
        ("POST", "/payments_callback_url"),
    }


# States


def test_the_course_of_a_payment(app: Flask, clock: FakeClock) -> None:
    create(app)
    assert status_of(app) == ("ready", "payment_awaited")
    control(app, "/invoices/1/pay", {"confirm": False})
    assert status_of(app) == ("unconfirmed", "payment_detected")
    control(app, "/invoices/1/confirm")
    assert status_of(app) == ("confirmed", "payment_confirmed")
    clock.advance(15)
    # The last state where no callback is set.
    assert status_of(app) == ("captured", "payment_confirmed")
    clock.advance(3600)
    assert status_of(app) == ("captured", "payment_confirmed")


def test_an_invoice_expires_after_half_an_hour(app: Flask, clock: FakeClock) -> None:
    create(app)
    clock.advance(1800)
    assert status_of(app)[0] == "ready"
    clock.advance(1)
    assert status_of(app) == ("expired", "payment_expired")


def test_unconfirmed_for_three_hours_is_invalid(app: Flask, clock: FakeClock) -> None:
    create(app)
    control(app, "/invoices/1/pay", {"confirm": False})
    clock.advance(3 * 3600)
    assert status_of(app)[0] == "unconfirmed"
    clock.advance(1)
    assert status_of(app) == ("invalid", "payment_expired")


def test_a_part_payment_has_no_status_of_its_own(app: Flask) -> None:
    create(app)
    control(app, "/invoices/1/pay", {"scenario": "less"})
    document = call(app, "GET", "/invoices/1").get_json()
    assert document["system_status"] == "ready"
    assert 0 < document["btc_balance"] < document["btc_price"]
    assert document["paid_at"] is None


def test_small_amounts_are_written_as_floats_are(app: Flask) -> None:
    create(app)
    control(app, "/invoices/1/pay", {"amount": "0.00001"})
    assert '"btc_balance":1e-05' in call(app, "GET", "/invoices/1").text.replace(
        " ", ""
    )


@pytest.mark.parametrize(
    ("switch", "status"), [("expired", "expired"), ("accepted", "confirmed")]
)
def test_late_payments_by_the_switch(app: Flask, switch: str, status: str) -> None:
    create(app)
    control(app, "/settings", {"late_payments": switch})
    control(app, "/invoices/1/pay", {"scenario": "late"})
    assert status_of(app)[0] == status


def test_sold_bitcoin_cannot_be_reversed(app: Flask, clock: FakeClock) -> None:
    create(app)
    control(app, "/invoices/1/pay")
    clock.advance(15)
    answer = app.test_client().post("/control/invoices/1/reverse", json={})
    assert answer.status_code == 409


# Callbacks and faults


def test_callbacks_tell_every_change_and_complete_an_invoice(
    app: Flask, clock: FakeClock
) -> None:
    recorder = WebhookRecorder("hook")
    with LoopbackServer(recorder) as shop:
        url = f"{shop.url}/hook/x"
        call(app, "POST", "/payments_callback_url", {"callback": url})
        create(app, data="any data")
        control(app, "/invoices/1/pay")
        clock.advance(15)
        for _ in range(2):
            control(app, "/callbacks/deliver")
        bodies = [json.loads(request.body) for request in recorder.requests]
    words = [body["invoice"]["system_status"] for body in bodies]
    assert words == ["confirmed", "captured", "complete"]
    assert list(bodies[-1]["invoice"]) == list(read_case("callback")["invoice"])
    assert not any("auth" in h for r in recorder.requests for h in r.headers)
    assert status_of(app) == ("complete", "payment_confirmed")


@pytest.mark.parametrize(
    ("mode", "word"),
    [("503_internal", "Authy"), ("503_access", "access"), ("503_limit", "limit")],
)
def test_503_in_three_meanings(app: Flask, mode: str, word: str) -> None:
    control(app, "/faults", {"mode": mode})
    answer = call(app, "GET", "/profile")
    assert answer.status_code == 503
    assert word in answer.get_json()["message"]
    assert call(app, "GET", "/profile").status_code == 200


def test_an_unknown_fault_or_switch_is_refused(app: Flask) -> None:
    client = app.test_client()
    assert client.post("/control/faults", json={"mode": "x"}).status_code == 400
    assert client.post("/control/settings", json={"order": "x"}).status_code == 400


def test_the_control_is_for_this_machine_and_site_alone(app: Flask) -> None:
    client = app.test_client()
    far = client.get("/control/invoices", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert far.status_code == 403
    foreign = client.post(
        "/control/time", json={}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


def test_the_control_page_shows_everything(app: Flask) -> None:
    create(app, name="<b>name</b>")
    client = app.test_client()
    form = {"scenario": "exact"}
    answer = client.post("/control/invoices/1/pay?from_page=1", data=form)
    assert answer.status_code == 303
    page = client.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<b>name" not in page.text
    assert "confirmed" in page.text
    assert "googleapis" not in page.text


def test_the_books_time_moves_without_spoiling_signatures(app: Flask) -> None:
    create(app)
    control(app, "/time", {"advance": 3600})
    assert status_of(app)[0] == "expired"
