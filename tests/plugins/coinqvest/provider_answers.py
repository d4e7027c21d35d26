"""The document's answers about checkouts, commits and payments, to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.plugins.coinqvest.fake_api import Seen, Ticker, read_case

CHECKOUT_ID = "6d55626309d6"


def commit_case(asset: str = "xlm", checkout_id: str = CHECKOUT_ID) -> dict[str, Any]:
    case: dict[str, Any] = read_case(f"commit_{asset}")
    return case | {"checkoutId": checkout_id}


def commit_any(seen: Seen) -> Any:
    return commit_case(seen.data["assetCode"].lower(), seen.data["checkoutId"])


def payment(clock: Ticker, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = read_case("get_checkout")["checkout"]["payments"][0]
    own = {
        "checkoutId": CHECKOUT_ID,
        "timestamp": clock.now().isoformat(),
        "sourceAmount": "17.8639906",
    }
    return base | own | changes


def checkout_answer(
    clock: Ticker,
    *payments: Mapping[str, Any],
    state: str = "COMPLETED",
    checkout_id: str = CHECKOUT_ID,
    webhook: str | None = None,
) -> dict[str, Any]:
    return {
        "checkout": {
            "id": checkout_id,
            "timestamp": clock.now().isoformat(),
            "state": state,
            "hostedCheckoutUrl": None,
            "payments": list(payments),
            "payload": {"webhook": webhook},
        }
    }
