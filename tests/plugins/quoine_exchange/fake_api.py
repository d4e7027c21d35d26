"""The document's answers, and settings for a stand-in that gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checkout_kit_quoine_exchange.config import (
    QuoineExchangeSettings,
    QuoineExchangeSettingsSchema,
)
from tests.fakes.json_api import FakeApi, serving

RESPONSES = Path(__file__).parent / "responses"
VENDOR_ID, SECRET = "7", "SECRET-of-the-example-vendor"
USER_ID, USER_SECRET, AUTH_CODE = 1200, "SECRET-of-the-example-user", "code-13332"
#: The document's own address.
ADDRESS = "1ACiWrMafn3YLRw5DCf9CqGAHcg1oK9tUj"


def read_case(case: str) -> Any:
    return json.loads((RESPONSES / f"{case}.json").read_text())


@contextmanager
def running_api() -> Iterator[FakeApi]:
    with serving(FakeApi("/vendor", read_case("error_message"))) as api:
        yield api


def make_settings(url: str, **changes: Any) -> QuoineExchangeSettings:
    options: dict[str, Any] = {
        "vendor_id": VENDOR_ID,
        "vendor_secret": SECRET,
        "base_url": url,
        "test_mode": True,
        "user_id": USER_ID,
        "read_timeout": 2.0,
        "total_timeout": 2.0,
    }
    found: QuoineExchangeSettings = QuoineExchangeSettingsSchema().load(
        options | changes
    )
    return found
