"""Spoilt answers: what each becomes."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from checkout_kit.simulation.spoiling import SPOILS, Headers

DOCUMENT = (
    b'{"id": 7, "state": "PAID", "invoice_status": "paid", "currency": "USD", '
    b'"time": "2026-11-25T12:00:00.855Z", "rows": [{"amount": "12.50", "fee": 0.25}]}'
)


def spoilt(mode: str) -> tuple[str, Headers, bytes]:
    return SPOILS[mode](("200 OK", [("Content-Type", "application/json")], DOCUMENT))


@pytest.mark.parametrize(
    "mode, shown",
    [
        ("negative", b'"amount": "-12.50", "fee": -0.25'),
        ("exponent", b'"amount": "1250E-2", "fee": 25E-2'),
        ("other_currency", b'"currency": "XTS"'),
        ("unknown_status", b'"state": "PERHAPS", "invoice_status": "PERHAPS"'),
        ("duplicate_keys", b'[{"amount": null, "amount": "12.50"'),
        ("wrong_types", b'"rows": [{"amount": ["12.50"], "fee": ["0.25"]}]'),
    ],
)
def test_the_body_tells_a_lie(mode: str, shown: bytes) -> None:
    status, _, body = spoilt(mode)
    assert status == "200 OK"
    assert shown in body


@pytest.mark.parametrize("mode", ["negative", "exponent"])
def test_times_and_whole_numbers_stay(mode: str) -> None:
    body = spoilt(mode)[2]
    assert b'"id": 7' in body
    assert b'"time": "2026-11-25T12:00:00.855Z"' in body


@pytest.mark.parametrize("mode", ["negative", "exponent", "other_currency"])
def test_a_lie_is_still_json(mode: str) -> None:
    parsed: Any = json.loads(spoilt(mode)[2])
    assert parsed["id"] == 7


def test_traps_are_big_or_lead_away() -> None:
    assert len(spoilt("huge")[2]) > 10_000_000
    _, headers, body = spoilt("gzip_bomb")
    assert ("Content-Encoding", "gzip") in headers
    assert len(body) < 100_000 < 50_000_000 < len(gzip.decompress(body))
    status, headers, _ = spoilt("redirect")
    assert status == "302 Found"
    assert ("Location", "https://elsewhere.example/") in headers
