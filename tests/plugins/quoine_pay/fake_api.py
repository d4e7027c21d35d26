"""A stand-in for the API on loopback that answers with files and records requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay.config import QuoinePaySettings
from tests.fakes.json_api import FakeApi, serving

RESPONSES = Path(__file__).parent / "responses"
USER_ID, SECRET = "1", "SECRET-of-the-example-account"
#: When the document's example invoice was made.
START = datetime(2014, 8, 8, 10, 40, 13, tzinfo=timezone.utc)
# The states of an invoice, in the API's two words for each.
OPEN = {"system_status": "ready", "invoice_status": "payment_awaited"}
UNCONFIRMED = {"system_status": "unconfirmed", "invoice_status": "payment_detected"}
CONFIRMED = {"system_status": "confirmed", "invoice_status": "payment_confirmed"}
CAPTURED = {"system_status": "captured", "invoice_status": "payment_confirmed"}
COMPLETE = {"system_status": "complete", "invoice_status": "payment_confirmed"}
EXPIRED = {"system_status": "expired", "invoice_status": "payment_expired"}
INVALID = {"system_status": "invalid", "invoice_status": "payment_expired"}


def read_text(case: str) -> str:
    return (RESPONSES / f"{case}.json").read_text()


def read_case(case: str) -> Any:
    return json.loads(read_text(case))


def make_clock() -> FakeClock:
    return FakeClock(START)


@contextmanager
def running_api() -> Iterator[FakeApi]:
    with serving(FakeApi("/api/v1", read_case("error_message"))) as api:
        yield api


def make_settings(url: str, **changes: Any) -> QuoinePaySettings:
    options: dict[str, Any] = {
        "user_id": USER_ID,
        "user_secret": SECRET,
        "base_url": url,
        "test_mode": True,
        "read_timeout": 2.0,
        "total_timeout": 2.0,
    }
    return QuoinePaySettings(**(options | changes))


def list_of(*invoices: dict[str, Any], pages: int = 1, total: int = 0) -> Any:
    """A page of invoices, the first one of so many."""
    return {
        "invoices": list(invoices),
        "meta": {
            "current_page": 1,
            "next_page": None,
            "prev_page": None,
            "total_pages": pages,
            "total_count": total or len(invoices),
        },
    }
