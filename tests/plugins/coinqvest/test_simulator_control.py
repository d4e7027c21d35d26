"""The simulator's control API, its faults, its clock and its pages."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit_coinqvest.simulator import create_simulator, simulator_of
from tests.plugins.coinqvest.simulator_caller import BASIC, NOW, get


def create(client: FlaskClient, path: str = "/checkout", **more: Any) -> str:
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {"charge": {"currency": "USD", "lineItems": [line]}, **more}
    answer = client.post("/api/v1" + path, json=body, headers=BASIC)
    return str(answer.get_json()["id"])


def open_checkout(client: FlaskClient, asset: str = "XLM") -> str:
    checkout_id = create(client)
    body = {"checkoutId": checkout_id, "assetCode": asset}
    client.post("/api/v1/checkout/commit", json=body, headers=BASIC)
    return checkout_id


def plan(client: FlaskClient, mode: str, **more: Any) -> None:
    answer = client.post("/control/faults", json={"mode": mode, **more})
    assert answer.status_code == 200, answer.text


def test_another_app_is_no_simulator() -> None:
    with pytest.raises(TypeError):
        simulator_of(Flask("shop"))


# Time


def test_time_advances_and_jumps(client: FlaskClient) -> None:
    answer = client.post("/control/time", json={"advance": 90})
    assert answer.get_json() == {
        "time": "2026-11-21T12:01:30+00:00",
        "unix": int(NOW.timestamp()) + 90,
        "offset": 90.0,
    }
    client.post("/control/time", json={"at": "2027-01-01T01:00:00+01:00"})
    assert get(client, "/time").get_json() == {"time": 1798761600}
    client.post("/control/time", json={"at": "2027-01-01T00:00:00Z"})
    assert client.get("/control/time").get_json()["unix"] == 1798761600
    client.post("/control/time", json={"reset": True})
    assert get(client, "/time").get_json() == {"time": int(NOW.timestamp())}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": "soon"},
        {"advance": 1e11},
        {"advance": 1e300},
        {"advance": "nan"},
        {"at": "tomorrow"},
        {"at": "2027-01-01T00:00:00"},
        {"at": "0001-01-01T00:00:00+00:00"},
        [],
    ],
)
def test_bad_times_are_refused(client: FlaskClient, body: object) -> None:
    assert client.post("/control/time", json=body).status_code == 400
    assert get(client, "/time").get_json() == {"time": int(NOW.timestamp())}


def test_the_real_clock_is_the_default() -> None:
    before = datetime.now(timezone.utc).timestamp()
    shown = create_simulator().test_client().get("/api/v1/time").get_json()["time"]
    assert before - 2 < shown < before + 5


# Settings


def test_settings_are_shown_and_changed(client: FlaskClient) -> None:
    changed = client.post("/control/settings", json={"drift": False}).get_json()
    assert changed == client.get("/control/settings").get_json()
    assert changed == {
        "refuse_second_commit": False,
        "drift": False,
        "reversal": "unresolved",
        "webhooks": "normal",
        "omit_payment_state": False,
    }


@pytest.mark.parametrize(
    "body", [{"unknown": True}, {"drift": "perhaps"}, {"reversal": "forgotten"}]
)
def test_bad_settings_change_nothing(client: FlaskClient, body: dict[str, Any]) -> None:
    before = client.get("/control/settings").get_json()
    answer = client.post("/control/settings", json={"webhooks": "off", **body})
    assert answer.status_code == 400
    assert client.get("/control/settings").get_json() == before


# Faults


@pytest.mark.parametrize(("mode", "status"), [("500", 500), ("429", 429)])
def test_errors_happen_as_often_as_planned(
    client: FlaskClient, mode: str, status: int
) -> None:
    plan(client, mode, times=2)
    codes = [get(client, "/ping").status_code for _ in range(3)]
    assert codes == [status, status, 200]


def test_an_error_before_the_request_creates_nothing(client: FlaskClient) -> None:
    plan(client, "500", path="/checkout")
    answer = client.post("/api/v1/checkout", json={}, headers=BASIC)
    assert answer.get_json() == {"errors": ["Service unavailable."]}
    assert client.get("/control/checkouts").get_json() == {"checkouts": []}


def test_too_many_requests_says_when_to_come_back(client: FlaskClient) -> None:
    plan(client, "429", seconds=7)
    assert get(client, "/ping").headers["Retry-After"] == "7"


def test_faults_keep_to_their_path_and_method(client: FlaskClient) -> None:
    plan(client, "500", path="/api/v1/checkout", method="post")
    assert get(client, "/ping").status_code == 200
    assert get(client, "/checkouts").status_code == 200
    answer = client.post("/api/v1/checkout", json={}, headers=BASIC)
    assert answer.status_code == 500


def test_the_control_api_never_breaks(client: FlaskClient) -> None:
    plan(client, "500", times=5)
    (fault,) = client.get("/control/faults").get_json()["faults"]
    assert (fault["mode"], fault["times"]) == ("500", 5)
    assert client.delete("/control/faults").get_json() == {"faults": []}
    assert get(client, "/ping").status_code == 200


def test_html_comes_in_place_of_json(client: FlaskClient) -> None:
    plan(client, "html")
    answer = get(client, "/ping")
    assert answer.mimetype == "text/html"


def test_malformed_json_comes_after_the_request_acted(client: FlaskClient) -> None:
    plan(client, "malformed")
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {"charge": {"currency": "USD", "lineItems": [line]}}
    answer = client.post("/api/v1/checkout", json=body, headers=BASIC)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.data)
    assert len(client.get("/control/checkouts").get_json()["checkouts"]) == 1


def test_truncated_answers_promise_more_than_they_send(client: FlaskClient) -> None:
    plan(client, "truncated")
    answer = get(client, "/ping")
    assert int(answer.headers["Content-Length"]) > len(answer.data) > 0


def test_a_dropped_request_has_acted(client: FlaskClient) -> None:
    plan(client, "drop")
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {"charge": {"currency": "USD", "lineItems": [line]}}
    with pytest.raises(ConnectionAbortedError):
        client.post("/api/v1/checkout", json=body, headers=BASIC)
    assert len(client.get("/control/checkouts").get_json()["checkouts"]) == 1


def test_slow_answers_come_in_the_end(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    plan(client, "slow", seconds=1.5)
    assert get(client, "/ping").status_code == 200
    assert slept == [1.5]


def test_stale_answers_show_the_state_before_the_last_change(
    client: FlaskClient,
) -> None:
    checkout_id = open_checkout(client)
    body = {"scenario": "exact"}
    answer = client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    (payment_id,) = answer.get_json()["payments"]
    plan(client, "stale", times=4)
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    assert (shown["state"], shown["payments"]) == ("NEW_CHARGE", [])
    (listed,) = get(client, "/checkouts").get_json()["checkouts"]
    assert listed["state"] == "NEW_CHARGE"
    assert get(client, "/payments").get_json()["count"] == 0
    assert get(client, f"/payment?id={payment_id}").status_code == 404
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    assert shown["state"] == "COMPLETED"


def test_a_stale_answer_does_not_know_a_new_checkout(client: FlaskClient) -> None:
    checkout_id = create(client)
    plan(client, "stale")
    assert get(client, f"/checkout?id={checkout_id}").status_code == 404


def test_a_stale_payment_list_keeps_older_payments(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    for _ in range(2):
        body = {"scenario": "less"}
        client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    (newest, oldest) = get(client, "/payments").get_json()["payments"]
    plan(client, "stale", times=2)
    assert get(client, "/payments").get_json()["payments"] == [oldest]
    assert get(client, f"/payment?id={newest['id']}").status_code == 404


def test_only_a_get_can_be_stale(client: FlaskClient) -> None:
    plan(client, "stale")
    create(client)
    assert len(client.get("/control/faults").get_json()["faults"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mode": "earthquake"},
        {"mode": "500", "times": 0},
        {"mode": "500", "times": "x"},
        {"mode": "slow", "seconds": 9999},
        {"mode": "500", "path": 7},
    ],
)
def test_bad_faults_are_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    assert client.post("/control/faults", json=body).status_code == 400


def test_the_number_of_faults_is_bounded(client: FlaskClient) -> None:
    for _ in range(100):
        plan(client, "500")
    assert client.post("/control/faults", json={"mode": "500"}).status_code == 400


# Who may control


def test_other_machines_are_refused(client: FlaskClient) -> None:
    for path in ("/control/checkouts", "/"):
        for address in ("192.0.2.1", ""):
            answer = client.get(path, environ_overrides={"REMOTE_ADDR": address})
            assert answer.status_code == 403
    assert (
        client.get("/control/time", environ_overrides={"REMOTE_ADDR": "::1"})
    ).status_code == 200


def test_other_machines_can_be_allowed() -> None:
    app = create_simulator()
    app.config["SIMULATOR_REMOTE_CONTROL"] = True
    remote = {"REMOTE_ADDR": "192.0.2.1"}
    answer = app.test_client().get("/control/time", environ_overrides=remote)
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_forms_of_other_sites_are_refused(client: FlaskClient, origin: str) -> None:
    answer = client.post("/control/faults/clear", headers={"Origin": origin})
    assert answer.status_code == 403


def test_forms_of_its_own_page_are_taken(client: FlaskClient) -> None:
    answer = client.post(
        "/control/time?from_page=1",
        data={"advance": "60"},
        headers={"Origin": "http://localhost"},
    )
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/control/time").get_json()["offset"] == 60


def test_json_is_read_even_when_called_a_form(client: FlaskClient) -> None:
    answer = client.post(
        "/control/time",
        data='{"advance": 5}',
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.get_json()["offset"] == 5


# Checkouts and pages


def test_control_shows_what_the_api_hides(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    client.post(
        f"/control/checkouts/{checkout_id}/pay",
        json={"amount": "1.5", "confirm": False, "tx": "abc"},
    )
    (shown,) = client.get("/control/checkouts").get_json()["checkouts"]
    (payment,) = shown["payments"]
    assert shown["id"] == checkout_id
    assert shown["memo"]
    assert (payment["confirmed"], payment["amount"]) == (False, "1.5")
    assert payment["tx"] == "abc"
    assert client.get("/control/checkouts/000000000000").status_code == 404


def test_every_form_of_the_control_page_works(client: FlaskClient) -> None:
    client.post("/control/settings", json={"webhooks": "off"})
    for asset in ("XLM", "XRP", "ETH", "BTC"):
        checkout_id = open_checkout(client, asset)
        seen = {"confirm": False}
        client.post(f"/control/checkouts/{checkout_id}/pay", json=seen)
    checkout_id = open_checkout(client)
    client.post(f"/control/checkouts/{checkout_id}/pay", json={"scenario": "less"})
    create(client)
    create(client, "/checkout/hosted")
    page = client.get("/").get_data(as_text=True)
    pattern = r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>'
    forms = re.findall(pattern, page, re.DOTALL)
    assert len(forms) > 40
    for path, inner in forms:
        fields = re.findall(r'<input[^>]*?name="(\w+)" value="([^"]*)"', inner)
        fields += re.findall(r'<select name="(\w+)"><option[^>]*>(\w+)', inner)
        # A payment may be confirmed or reversed only once.
        answer = client.post(path, data=dict(fields))
        assert answer.status_code in (303, 409, 404), (path, fields, answer.text)
        if not path.startswith("/control/payments/"):
            assert answer.status_code == 303, (path, fields, answer.text)


def test_the_control_page_names_what_happened(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    body = {"scenario": "wrong_memo"}
    client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    plan(client, "500", times=3)
    answer = client.get("/")
    page = answer.get_data(as_text=True)
    assert "wrong memo" in page
    assert "500, 3 times" in page
    assert "<script" not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_empty_simulator_has_a_page(client: FlaskClient) -> None:
    assert "None yet" in client.get("/").get_data(as_text=True)
    with client.get("/simulation/simulator.css") as style:
        assert style.mimetype == "text/css"


def test_a_customer_pays_on_the_hosted_page(client: FlaskClient) -> None:
    links = {
        "returnUrl": "https://shop.example/thanks?order=7&x=",
        "cancelUrl": "https://shop.example/cart#top",
    }
    checkout_id = create(client, "/checkout/hosted", links=links)
    path = f"/en/checkout?id={checkout_id}"
    page = html.unescape(client.get(path).get_data(as_text=True))
    assert "165.7007861 XLM" in page
    assert f'href="https://shop.example/cart?checkoutId={checkout_id}#top"' in page
    answer = client.post(path, data={"assetCode": "XRP"})
    assert (answer.status_code, answer.location) == (303, path)
    assert "Destination tag" in client.get(path).get_data(as_text=True)
    client.post(path)
    client.post(path)
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    assert (shown["state"], len(shown["payments"])) == ("COMPLETED", 1)
    page = html.unescape(client.get(path).get_data(as_text=True))
    back = f"https://shop.example/thanks?order=7&x=&checkoutId={checkout_id}"
    assert f'href="{back}"' in page


def test_a_hosted_page_needs_an_asset_first(client: FlaskClient) -> None:
    checkout_id = create(client, "/checkout/hosted")
    path = f"/en/checkout?id={checkout_id}"
    assert client.post(path).status_code == 400
    assert client.post(path, data={"assetCode": "DOGE"}).status_code == 400


def test_other_checkouts_have_no_hosted_page(client: FlaskClient) -> None:
    assert client.get(f"/en/checkout?id={create(client)}").status_code == 404
    assert client.get("/en/checkout").status_code == 404
