"""The webhook address: raw requests in, JSON out, nothing told to strangers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import DatabaseBusy, WebhookRefused
from tests.web.fake_desk import FakeDesk

HOOK = "/checkout/hooks/acme"


def received(desk: FakeDesk) -> WebhookRequest:
    """The request that reached the desk last."""
    request = desk.calls[-1][2]
    assert isinstance(request, WebhookRequest)
    return request


def test_the_raw_request_reaches_the_desk(client: FlaskClient, desk: FakeDesk) -> None:
    body = b'{"a": 1,  "b": "\xc3\xa4"}\n'
    answer = client.post(
        f"{HOOK}/charge/updated", data=body, headers={"X-Webhook-Auth": "abc"}
    )
    assert (answer.status_code, answer.json) == (200, {})
    request = received(desk)
    assert (request.method, request.path) == ("POST", "charge/updated")
    assert request.body == body
    assert request.headers["x-webhook-auth"] == "abc"
    assert request.remote_address == "127.0.0.1"


def test_form_bodies_stay_raw(client: FlaskClient, desk: FakeDesk) -> None:
    client.post(HOOK, data={"a": "1"})
    assert received(desk).body == b"a=1"


def test_chunked_bodies_are_read_and_bounded(
    client: FlaskClient, desk: FakeDesk
) -> None:
    import io

    for size, status in ((1000, 200), (256 * 1024 + 1, 413)):
        answer = client.post(
            HOOK,
            input_stream=io.BytesIO(b"x" * size),
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code == status
    assert received(desk).body == b"x" * 1000


def test_pings_by_get_are_taken(client: FlaskClient, desk: FakeDesk) -> None:
    assert client.get(HOOK).status_code == 200
    assert received(desk).method == "GET"


@pytest.mark.parametrize("name", ["nobody", "ACME", "a" * 65, "a.b"])
def test_unknown_providers_are_not_found(name: str, client: FlaskClient) -> None:
    answer = client.post(f"/checkout/hooks/{name}", data=b"{}")
    assert (answer.status_code, answer.json) == (404, {})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (WebhookRefused("acme", "wrong signature"), 401),
        (DatabaseBusy(), 503),
        (RuntimeError("secret detail"), 500),
    ],
)
def test_failures_tell_nothing(
    error: Exception, status: int, client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors["receive_webhook"] = error
    answer = client.post(HOOK, data=b"{}")
    assert (answer.status_code, answer.json) == (status, {})


def test_large_bodies_are_refused_unread(client: FlaskClient, desk: FakeDesk) -> None:
    answer = client.post(HOOK, data=b"x" * (256 * 1024 + 1))
    assert (answer.status_code, answer.json) == (413, {})
    assert desk.calls == []


def test_other_methods_are_refused(client: FlaskClient) -> None:
    answer = client.put(HOOK, data=b"{}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert answer.is_json
