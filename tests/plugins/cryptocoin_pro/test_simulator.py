"""The simulator's authentication, errors and limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
import requests

from checkout_kit.testing import LoopbackServer
from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_NEIGHBOUR_EMAIL,
    SIMULATOR_NEIGHBOUR_ID,
    SIMULATOR_PASSWORD,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_PLATFORM_PRIVATE_KEY,
    SIMULATOR_PLATFORM_PUBLIC_KEY,
    SIMULATOR_USER_ID,
    create_simulator,
    simulator_of,
)
from tests.plugins.cryptocoin_pro.keys import rsa_key
from tests.plugins.cryptocoin_pro.simulator_caller import NOW, Caller

#: The document's endpoints, under api/v1.
ENDPOINTS = """
POST authenticate-jwt/{platform}
POST authenticate
POST user/logout
POST user/{user}/bank
GET user/{user}/bank
GET user/{user}/bank/{bank}
DELETE user/{user}/bank/{bank}
POST user/{user}/card
GET user/{user}/card
GET user/{user}/card/{card}
POST user/{user}/card/{card}
DELETE user/{user}/card/{card}
GET user/{user}/checkout
GET user/{user}/checkout/{checkout}
GET countries
GET user/{user}/currencies/{asset?}
GET user/{user}/currencies/{asset}/history/{period}
POST user/{user}/deposit
POST user/{user}/deposit/address
GET user/{user}/kyc
POST user/{user}/kyc
POST user/{user}/kyc/personal-data
POST user/{user}/kyc/address
POST user/{user}/kyc/document
POST user/{user}/kyc/video
POST user/{user}/kyc/edd
POST user/{user}/kyc/phone/add
POST user/{user}/kyc/phone/verify
POST user/{user}/kyc/phone/reverify
GET user/{user}/notifications/permanently
GET user/{user}/notifications/temporary/{notification_id?}
POST user/{user}/notifications/temporary/mark-as-read
GET user/{user}/order
GET user/{user}/order/coin
GET user/{user}/order/token
GET user/{user}/order/{order}
POST user/{user}/order/{order}/payment-confirmation
GET platform/{platform}
POST platform/{platform}
GET platform/{platform}/staff
GET platform/{platform}/user
GET platform/{platform}/order
GET platform/{platform}/quote
GET platform/{platform}/checkout
GET platform/{platform}/transfer
GET platform/{platform}/call
POST user/{user}/quote
GET user/{user}/quote
GET user/{user}/quote/{quote}
POST user/{user}/quote/{quote}
GET user/{user}/price/buy/{from}/{to}
GET user/{user}/price/sell/{from}/{to}
GET user/{user}/price/withdraw/{from}/{to}
GET user/{user}/price/withdraw-ico/{from}/{to}
GET user/{user}/securities
GET user/{user}/securities/access
POST user/{user}/securities/change-password
POST user/{user}/securities/invalidate/{token}
GET user/{user}/transfer
POST user/{user}/transfer
GET user/{user}/transfer/by
GET user/{user}/transfer/from
GET user/{user}/transfer/to
GET user/{user}/transfer/{transfer}
POST user/{user}/transfer/{transfer}
POST user/forgot-password
POST user/reset-password
POST user
POST user/verify
POST user/reverify
GET user/{user}
GET user/{user}/balances/{asset?}
POST user/{user}/account/close/initiate
POST user/{user}/account/close/abort
GET user/{user}/wallet
POST user/{user}/wallet
GET user/{user}/wallet/{wallet}
POST user/{user}/wallet/{wallet}
"""


def test_every_endpoint_of_the_document_is_there_and_no_other() -> None:
    wanted = [line.split() for line in ENDPOINTS.strip().split("\n")]
    assert len(wanted) == 78
    spelled = {(method, _spelling(path)) for method, path in wanted}
    # A parameter with a question mark may be left out.
    spelled |= {
        (method, _spelling(path.rpartition("/")[0]))
        for method, path in wanted
        if path.endswith("?}")
    }
    found = {
        (method, _spelling(rule.rule.removeprefix("/api/v1")))
        for rule in create_simulator().url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == spelled


def _spelling(path: str) -> str:
    """Write a path without the names of its parameters."""
    parts = path.strip("/").split("/")
    return "/".join("*" if part[:1] in ("{", "<") else part for part in parts)


def test_a_platform_logs_its_user_in(merchant: Caller) -> None:
    for who in ({"email": SIMULATOR_EMAIL}, {"id": SIMULATOR_USER_ID}):
        answer = merchant.http.post(
            f"/api/v1/authenticate-jwt/{SIMULATOR_PLATFORM_ID}",
            headers={"token": merchant.sign(who)},
        )
        assert answer.status_code == 200
        session = answer.get_json()["data"]
        assert list(session) == ["id", "ttl", "created", "userId"]
        assert (len(session["id"]), session["ttl"]) == (64, 1_209_600)
        assert session["userId"] == SIMULATOR_USER_ID
        assert session["created"] == "2026-11-18T11:06:40.000Z"


def _log_in(merchant: Caller, token: str | None) -> tuple[int, object]:
    headers = {"token": token} if token else {}
    path = f"/api/v1/authenticate-jwt/{SIMULATOR_PLATFORM_ID}"
    answer = merchant.http.post(path, headers=headers)
    return answer.status_code, answer.get_json()


def test_a_log_in_without_a_token_or_after_its_time_is_refused(
    merchant: Caller,
) -> None:
    assert _log_in(merchant, None) == (
        400,
        {"message": "jwt must be provided", "errors": {}},
    )
    who = {"email": SIMULATOR_EMAIL}
    assert _log_in(merchant, merchant.sign(who, seconds=-1)) == (
        403,
        {
            "message": "No valid data sent",
            "errors": {"expire": "Invalid time in expire. Must be in future!"},
        },
    )
    # "after_or_equal:now"
    assert _log_in(merchant, merchant.sign(who, seconds=0))[0] == 200


def test_only_the_platforms_own_key_and_algorithm_are_taken(merchant: Caller) -> None:
    who = {"email": SIMULATOR_EMAIL, "expire": int(merchant.ticker.unix) + 60}
    own = SIMULATOR_PLATFORM_PRIVATE_KEY
    good = jwt.encode(who, own, algorithm="RS512")
    forged = [
        jwt.encode(who, rsa_key(), algorithm="RS512"),
        jwt.encode(who, own, algorithm="RS256"),
        jwt.encode(who, own, algorithm="PS512"),
        jwt.encode(who, "", algorithm="none"),
        _sign_by_hmac(who),
        jwt.encode({"email": SIMULATOR_EMAIL}, own, algorithm="RS512"),
        jwt.encode({**who, "expire": "soon"}, own, algorithm="RS512"),
        "a.b.c",
        "x" * 10_000,
        good[:-8] + good[-8:].swapcase(),
    ]
    refused = {"message": "No valid data sent", "errors": {}}
    for token in forged:
        assert _log_in(merchant, token) == (403, refused), token
    assert _log_in(merchant, good)[0] == 200


def test_the_document_knows_no_claim_but_expire(merchant: Caller) -> None:
    far, past = NOW * 3, 1
    for claims in ({"iat": far}, {"nbf": far}, {"exp": past}):
        token = merchant.sign({"email": SIMULATOR_EMAIL, **claims})
        assert _log_in(merchant, token)[0] == 200


def _sign_by_hmac(payload: dict[str, object]) -> str:
    """Sign with the public key as if it were a secret, as attackers do."""

    def write(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    head = write(json.dumps({"typ": "JWT", "alg": "HS512"}).encode())
    text = f"{head}.{write(json.dumps(payload).encode())}"
    key = SIMULATOR_PLATFORM_PUBLIC_KEY.encode()
    return f"{text}.{write(hmac.new(key, text.encode(), hashlib.sha512).digest())}"


def test_a_platform_speaks_for_its_own_users_alone(merchant: Caller) -> None:
    token = merchant.sign({"email": SIMULATOR_NEIGHBOUR_EMAIL})
    assert _log_in(merchant, token)[0] == 403
    path = f"/api/v1/authenticate-jwt/{SIMULATOR_USER_ID}"
    answer = merchant.http.post(path, headers={"token": token})
    assert (answer.status_code, answer.get_json()) == (
        404,
        {"message": "No query results."},
    )


def test_log_in_by_password(merchant: Caller) -> None:
    def log_in(**body: str) -> tuple[int, object]:
        answer = merchant.http.post("/api/v1/authenticate", json=body)
        return answer.status_code, answer.get_json()

    assert log_in(email=SIMULATOR_EMAIL, password=SIMULATOR_PASSWORD)[0] == 200
    wrong = (403, {"message": "Wrong password", "errors": {}})
    assert log_in(email=SIMULATOR_EMAIL, password="12345678") == wrong
    assert log_in(email="nobody@example.com", password="12345678") == wrong
    assert log_in(email=SIMULATOR_EMAIL) == (
        400,
        {
            "message": "Validation errors",
            "errors": {"password": ["The password field is required."]},
        },
    )


def test_access_tokens_end_with_their_ttl_and_at_log_out(merchant: Caller) -> None:
    assert merchant.call("GET", "/bank").status_code == 200
    merchant.control("/time", {"advance": 1_209_599})
    assert merchant.call("GET", "/bank").status_code == 200
    merchant.control("/time", {"advance": 1})
    answer = merchant.call("GET", "/bank")
    assert (answer.status_code, answer.get_json()) == (
        401,
        {"error": "Unauthenticated."},
    )
    again = Caller(merchant.http, merchant.ticker)
    headers = {"Authorization": f"Bearer {again.token}"}
    answer = again.http.post("/api/v1/user/logout", headers=headers)
    assert answer.get_json() == {"data": {"logout": True}}
    assert again.call("GET", "/bank").status_code == 401
    assert again.http.post("/api/v1/user/logout", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Token x"])
def test_no_other_header_lets_anybody_in(merchant: Caller, header: str) -> None:
    path = f"/api/v1/user/{SIMULATOR_USER_ID}/order"
    answer = merchant.http.get(path, headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()) == (
        401,
        {"error": "Unauthenticated."},
    )


def test_the_resources_of_others_are_refused(merchant: Caller) -> None:
    headers = {"Authorization": f"Bearer {merchant.token}"}
    path = f"/api/v1/user/{SIMULATOR_NEIGHBOUR_ID}/order"
    refused = {"message": "This action is unauthorized."}
    for status in (409, 403):
        merchant.control("/settings", {"unauthorized": str(status)})
        answer = merchant.http.get(path, headers=headers)
        assert (answer.status_code, answer.get_json()) == (status, refused)


def test_the_inactive_are_refused_and_quotes_say_so_otherwise(merchant: Caller) -> None:
    assert merchant.token
    merchant.control(f"/users/{SIMULATOR_USER_ID}", {"active": False})
    text = "Your account is inactive."
    assert merchant.call("GET", "/bank").get_json() == {"message": text}
    answer = merchant.call("POST", "/quote", json={})
    assert (answer.status_code, answer.get_json()) == (403, {"error": text})
    merchant.control("/settings", {"reason_key": "error"})
    assert merchant.call("GET", "/bank").get_json() == {"error": text}


def test_platform_calls_check_the_platforms_token(merchant: Caller) -> None:
    path = f"/api/v1/platform/{SIMULATOR_PLATFORM_ID}/checkout"

    def ask(token: str | None) -> tuple[int, object]:
        answer = merchant.http.get(path, headers={"token": token} if token else {})
        return answer.status_code, answer.get_json()

    invalid = (401, {"message": "JWT payload invalid."})
    own = {"platform": SIMULATOR_PLATFORM_ID}
    assert ask(merchant.sign(own))[0] == 200
    assert ask(None) == (401, {"error": "Unauthenticated."})
    assert ask(merchant.sign(own, seconds=-1)) == (401, {"message": "JWT is expired."})
    assert ask(merchant.sign({"platform": SIMULATOR_USER_ID})) == invalid
    assert ask(merchant.sign({})) == invalid
    expire = int(time.time()) + 60
    strange = jwt.encode({**own, "expire": expire}, rsa_key(), algorithm="RS512")
    assert ask(strange) == invalid
    other = path.replace(SIMULATOR_PLATFORM_ID, SIMULATOR_USER_ID)
    answer = merchant.http.get(other, headers={"token": merchant.sign(own)})
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a":' * 5_000, b"null", b"\xff"])
def test_bodies_that_are_no_objects_are_refused(merchant: Caller, body: bytes) -> None:
    answer = merchant.http.post("/api/v1/authenticate", data=body)
    assert answer.status_code == 400
    assert "message" in answer.get_json()


def test_large_bodies_are_refused_before_they_are_read(merchant: Caller) -> None:
    answer = merchant.call("POST", "/quote", data=b" " * 100_000)
    assert answer.status_code == 413


def test_unknown_paths_and_methods_answer_with_a_message(merchant: Caller) -> None:
    assert merchant.call("GET", "/nothing").status_code == 404
    answer = merchant.call("DELETE", "/order")
    assert answer.status_code == 405
    assert "message" in answer.get_json()


@pytest.mark.slow
def test_faults_break_calls_over_real_http() -> None:
    app = create_simulator()
    with LoopbackServer(app) as server:
        base = f"{server.url}/api/v1"

        def plan(mode: str) -> requests.Response:
            requests.post(
                f"{server.url}/control/faults", json={"mode": mode}, timeout=5
            )
            return requests.get(f"{base}/countries", timeout=5)

        assert requests.get(f"{base}/countries", timeout=5).status_code == 200
        for mode in ("500", "503", "429"):
            broken = plan(mode)
            assert (broken.status_code, list(broken.json())) == (int(mode), ["message"])
        assert plan("html").headers["Content-Type"].startswith("text/html")
        with pytest.raises(ValueError):
            plan("malformed").json()
        with pytest.raises(requests.RequestException):
            plan("truncated").json()
        with pytest.raises(requests.ConnectionError):
            plan("drop")
    simulator_of(app).background.stop()
