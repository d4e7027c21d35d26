"""The addresses: headers, tokens, what may be posted, errors for the right person."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from checkout_kit.errors import (
    DatabaseBusy,
    InvalidTransition,
    MethodUnavailable,
    NotFoundError,
    ProviderTimeout,
    QuoteExpired,
)
from tests.web.conftest import make_app
from tests.web.fake_desk import CASES, TOKEN, FakeDesk, desk_for

PAGE = f"/checkout/{TOKEN}"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        f"{PAGE}/methods",
        f"{PAGE}/cancel",
        f"{PAGE}/status",
        f"{PAGE}/method",
        "/checkout/nobody",
        "/checkout/brand.css",
        "/checkout/hooks/acme",
        "/checkout/hooks/nobody",
        "/checkout/static/old/page.css",
    ],
)
def test_every_answer_has_the_strict_headers(url: str, client: FlaskClient) -> None:
    headers = client.get(url).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "token", ["f" * 32, "F" * 32, "0" * 31, "0" * 33, TOKEN[:-1] + "g", "%00"]
)
@pytest.mark.parametrize("rest", ["", "/methods", "/cancel", "/status"])
def test_unknown_tokens_get_the_same_friendly_answer(
    token: str, rest: str, client: FlaskClient
) -> None:
    answer = client.get(f"/checkout/{token}{rest}")
    assert answer.status_code == 404
    if rest == "/status":
        assert answer.is_json
    elif "/" not in token and "%" not in token:
        assert "We cannot find this checkout" in answer.text
        assert token not in answer.text


def test_a_malformed_token_is_never_looked_up(
    client: FlaskClient, desk: FakeDesk
) -> None:
    client.get("/checkout/" + "0" * 31)
    client.post("/checkout/UPPER/method", data={"method": "acme:XLM"})
    client.post("/checkout/UPPER/cancel")
    assert desk.calls == []


def test_choosing_calls_the_desk_and_comes_back(
    client: FlaskClient, desk: FakeDesk
) -> None:
    for _ in range(2):
        answer = client.post(f"{PAGE}/method", data={"method": "acme:XLM"})
        assert (answer.status_code, answer.location) == (303, PAGE)
    assert desk.calls == [("choose_method", TOKEN, "acme:XLM")] * 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (QuoteExpired("acme:XLM"), "The price had expired. Here are new ones."),
        (MethodUnavailable("acme:XLM", "gone"), "That method is not available"),
        (ProviderTimeout("acme", "slow"), "That method is not available"),
    ],
)
def test_a_choice_that_fails_leads_to_the_methods(
    error: Exception, words: str, client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors["choose_method"] = error
    answer = client.post(
        f"{PAGE}/method", data={"method": "acme:XLM"}, follow_redirects=True
    )
    assert answer.request.path == f"{PAGE}/methods"
    assert words in answer.text
    assert "How would you like to pay?" in answer.text


@pytest.mark.parametrize("what", ["choose_method", "cancel"])
def test_what_the_state_forbids_just_shows_the_page(
    what: str, client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors[what] = InvalidTransition("do", "COMPLETED", "it is paid")
    url = f"{PAGE}/{'method' if what == 'choose_method' else 'cancel'}"
    answer = client.post(url, data={"method": "acme:XLM"})
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_cancelling_asks_first_and_is_harmless_by_get(
    client: FlaskClient, desk: FakeDesk
) -> None:
    assert "Cancel this order?" in client.get(f"{PAGE}/cancel").text
    assert ("cancel", TOKEN) not in desk.calls
    answer = client.post(f"{PAGE}/cancel")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert ("cancel", TOKEN) in desk.calls


@pytest.mark.parametrize("case", ["paid", "seen", "closed", "cancelled"])
def test_no_methods_where_nothing_can_be_paid(case: str) -> None:
    desk = desk_for(case)
    answer = make_app(desk).test_client().get(f"{PAGE}/methods")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "list_quotes" not in {call[0] for call in desk.calls}


def test_waiting_pages_ask_no_provider_for_quotes(
    client: FlaskClient, desk: FakeDesk
) -> None:
    client.get(PAGE)
    client.get(f"{PAGE}/status")
    assert "list_quotes" not in {call[0] for call in desk.calls}


@pytest.mark.parametrize(
    "data", [{}, {"method": ""}, {"method": ["a:B", "c:D"]}, {"method": "x" * 200}]
)
def test_a_form_that_is_not_ours_is_refused(
    data: dict[str, object], client: FlaskClient, desk: FakeDesk
) -> None:
    answer = client.post(f"{PAGE}/method", data=data)
    assert answer.status_code == 400
    assert "That did not work" in answer.text
    assert desk.calls == []


def test_large_forms_are_refused_unread(client: FlaskClient, desk: FakeDesk) -> None:
    answer = client.post(f"{PAGE}/method", data={"method": "x" * 9000})
    assert answer.status_code == 413
    assert "That was too much" in answer.text
    parts = {f"field{number}": "x" for number in range(2000)}
    answer = client.post(
        f"{PAGE}/method", data=parts, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
    assert desk.calls == []


@pytest.mark.parametrize(
    ("verb", "rest", "allow"),
    [
        ("post", "", "GET"),
        ("delete", "", "GET"),
        ("get", "/method", "POST"),
        ("get", "/simulate", "POST"),
        ("put", "/cancel", "GET, POST"),
        ("post", "/status", "GET, OPTIONS"),
    ],
)
def test_wrong_methods_are_told_the_right_ones(
    verb: str, rest: str, allow: str, client: FlaskClient
) -> None:
    answer = getattr(client, verb)(PAGE + rest)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allow)


def test_a_busy_database_says_when_to_come_again(
    client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors["open_page"] = DatabaseBusy()
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was changed." in answer.text


def test_an_error_page_leads_back_to_the_shop(
    client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors["open_page"] = NotFoundError("checkout", "…")
    answer = client.get(PAGE)
    assert answer.status_code == 404
    assert 'href="https://shop.example"' in answer.text


def test_a_failure_of_ours_shows_a_page_without_details(
    client: FlaskClient, desk: FakeDesk
) -> None:
    desk.errors["open_page"] = RuntimeError("secret detail")
    answer = client.get(PAGE)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text


def test_simulating_is_for_test_money_alone(
    client: FlaskClient, desk: FakeDesk
) -> None:
    assert client.post(f"{PAGE}/simulate", data={"scenario": "exact"}).status_code == (
        404
    )
    assert "simulate" not in {call[0] for call in desk.calls}
    test_desk = desk_for("pay_test")
    player = make_app(test_desk).test_client()
    answer = player.post(f"{PAGE}/simulate", data={"scenario": "without_memo"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert ("simulate", TOKEN, "without_memo") in test_desk.calls
    assert player.post(f"{PAGE}/simulate", data={"scenario": "x"}).status_code == 400


def test_paying_without_memo_is_only_offered_where_there_is_one() -> None:
    from tests.web.fake_desk import checkout, invoice

    found = checkout(invoice("BTC", "0.00119045", is_test=True))
    html = make_app(FakeDesk({TOKEN: found})).test_client().get(PAGE).text
    assert 'value="late"' in html
    assert "without_memo" not in html


def test_the_status_is_enough_for_the_page(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}/status")
    status = json.loads(answer.text)
    assert status == {
        "state": "NEW_CHARGE",
        "panel": "pay",
        "isPaid": False,
        "version": status["version"],
        "amountDue": "105.43",
        "currency": "EUR",
        "expiresAt": "2026-11-21T14:42:17.000Z",
        "serverTime": "2026-11-21T14:00:00.000Z",
        "pollAfter": 3,
    }
    assert answer.headers["ETag"] == f'W/"{status["version"]}"'
    assert f'data-version="{status["version"]}"' in client.get(PAGE).text


def test_an_unchanged_status_is_not_sent_again(
    client: FlaskClient, desk: FakeDesk
) -> None:
    tag = client.get(f"{PAGE}/status").headers["ETag"]
    same = client.get(f"{PAGE}/status", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["ETag"] == tag
    desk.checkouts[TOKEN] = CASES["seen"]()
    news = client.get(f"{PAGE}/status", headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert news.headers["ETag"] != tag


def test_every_case_has_a_version_of_its_own() -> None:
    versions = set()
    cases = [c for c in CASES if c not in ("choose_none", "choose_test", "error")]
    cases.remove("cancel")
    cases.remove("pay_test")
    for case in cases:
        client = make_app(desk_for(case)).test_client()
        versions.add(client.get(f"{PAGE}/status").headers["ETag"])
    assert len(versions) >= len(cases) - 2


def test_files_are_kept_for_ever_under_their_own_version(client: FlaskClient) -> None:
    html = client.get(PAGE).text
    for name in ("page.css", "page.js", "icon.svg"):
        start = html.index("/checkout/static/")
        version = html[start:].split("/")[3]
        answer = client.get(f"/checkout/static/{version}/{name}")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        old = client.get(f"/checkout/static/old/{name}")
        assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-store")
    assert client.get("/checkout/static/x/poll.js").mimetype == "text/javascript"


@pytest.mark.parametrize(
    "name", ["../settings.py", "..%2fsettings.py", "%2e%2e/blueprint.py"]
)
def test_no_file_outside_the_folder_is_served(name: str, client: FlaskClient) -> None:
    assert client.get(f"/checkout/static/x/{name}").status_code == 404


def test_styles_and_scripts_are_small() -> None:
    import gzip

    from checkout_kit.web.assets import STATIC_FOLDER

    files = [*STATIC_FOLDER.glob("*.css"), *STATIC_FOLDER.glob("*.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 30_000


def test_the_prefix_can_be_any(desk: FakeDesk) -> None:
    client = make_app(desk, url_prefix="/pay/here").test_client()
    assert client.get(f"/pay/here/{TOKEN}").status_code == 200


@pytest.mark.parametrize(
    ("ancestors", "policy", "older"),
    [
        ((), "frame-ancestors 'none'", "DENY"),
        (("'self'",), "frame-ancestors 'self'", "SAMEORIGIN"),
        (
            ("'self'", "https://blog.example"),
            "frame-ancestors 'self' https://blog.example",
            None,
        ),
    ],
)
def test_who_may_frame_the_page_is_said_alike_by_both_headers(
    ancestors: tuple[str, ...], policy: str, older: str | None
) -> None:
    app = make_app(desk_for("pay_memo"), frame_ancestors=ancestors)
    headers = app.test_client().get(PAGE).headers
    assert policy in headers["Content-Security-Policy"].split("; ")
    assert headers.get("X-Frame-Options") == older
