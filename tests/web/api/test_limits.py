"""Rate limits: how often a key may call, and an address may fail."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from checkout_kit.web.api.counters import ProcessCounters
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import PREFIX, Merchant, errors_of


@pytest.fixture
def config() -> dict[str, Any]:
    """Three calls, and two failures."""
    return {
        "CHECKOUT_KIT_API_RATE": "3/hour",
        "CHECKOUT_KIT_API_FAILURE_RATE": "2/hour",
    }


def test_a_key_that_calls_too_often_is_told_when_to_come_again(
    merchant: Merchant, make_merchant: MerchantMaker
) -> None:
    for _ in range(3):
        assert merchant.get("/auth-test").status_code == 200
    response = merchant.get("/auth-test")
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert "at most 3" in errors_of(response)[0]
    # Another key has a count of its own.
    assert make_merchant().get("/auth-test").status_code == 200


def test_an_address_that_fails_too_often_is_held_off(merchant: Merchant) -> None:
    forged = {"X-Digest-Key": merchant.key, "X-Digest-Timestamp": "1"}
    forged["X-Digest-Signature"] = "0" * 64
    statuses = [
        merchant.client.get(f"{PREFIX}/auth-test", headers=forged).status_code
        for _ in range(4)
    ]
    assert statuses == [401, 401, 429, 429]
    # Whoever signs rightly is not shut out by somebody else at the same address.
    assert merchant.get("/auth-test").status_code == 200


def test_public_endpoints_are_counted_by_address(app: Flask) -> None:
    client = app.test_client()
    statuses = [client.get(f"{PREFIX}/ping").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_counting_starts_no_thread_and_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("checkout_kit.web.api.counters.time.time", lambda: now[0])
    before = threading.active_count()
    counters = ProcessCounters()
    assert [counters.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert (counters.get("a"), counters.get_expiry("a")) == (3, 1060.0)
    assert threading.active_count() == before
    now[0] += 60
    assert (counters.get("a"), counters.incr("a", 60)) == (0, 1)
    now[0] += 60
    for number in range(10_001):
        counters.incr(f"b{number}", 60)
    # What is over is dropped once there is much of it.
    assert counters.reset() == 10_001


@pytest.mark.parametrize(
    "config", [{"CHECKOUT_KIT_API_RATE_STORAGE": "redis://127.0.0.1:1"}]
)
def test_a_counter_that_is_down_takes_no_shop_down(app: Flask) -> None:
    assert app.test_client().get(f"{PREFIX}/ping").status_code == 200
