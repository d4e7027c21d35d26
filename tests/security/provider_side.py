"""COINQVEST's side over real HTTP, as honest or as hostile as a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit import Invoice
from checkout_kit.testing.clock import FakeClock
from tests.plugins.coinqvest.fake_api import read_case
from tests.security.shop import CANARY

API_KEY, API_SECRET = "KEY123456789", f"secret-{CANARY}"
_COMMITS = {"XLM": "commit_xlm", "XRP": "commit_xrp", "ETH": "commit_eth"}


class ProviderSide:
    """Answers as the document says, until ``spoil`` takes an endpoint over."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.checkouts: dict[str, dict[str, Any]] = {}
        self.changes: dict[str, Any] = {}
        self.spoil: dict[str, Callable[[Request], Response]] = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        path = request.path.removeprefix("/api/v1")
        spoil = self.spoil.get(f"{request.method} {path}")
        if spoil is not None:
            return spoil(request)(environ, start_response)
        answer = self._answer(request, path)
        body = json.dumps(answer) if answer else '{"errors":["Not found."]}'
        response = Response(
            body, 200 if answer else 404, content_type="application/json"
        )
        return response(environ, start_response)

    def _answer(self, request: Request, path: str) -> Any:
        if (request.method, path) == ("POST", "/checkout"):
            made = f"{len(self.checkouts) + 1:012x}"
            self.checkouts[made] = self._checkout(made)
            return read_case("create_checkout") | {"id": made}
        if path == "/checkout/commit":
            body = json.loads(request.get_data())
            case = read_case(_COMMITS[body["assetCode"]])
            case["depositInstructions"] |= self.changes
            return case | {
                "checkoutId": body["checkoutId"],
                "expirationTime": (self.clock.now() + timedelta(hours=1)).isoformat(),
            }
        if path == "/checkout":
            return {"checkout": self.checkouts[request.args["id"]]}
        if path == "/checkouts":
            found = list(self.checkouts.values())
            return {"checkouts": found, "count": len(found)}
        if path == "/payments":
            return {"payments": [], "count": 0}
        return None

    def _checkout(self, made: str) -> dict[str, Any]:
        now = self.clock.now().isoformat()
        return {"id": made, "timestamp": now, "state": "NEW_CHARGE", "payments": []}

    def pay(
        self, invoice: Invoice, verdict: str = "COMPLETED", /, **changes: Any
    ) -> Any:
        """List one more payment, by default of exactly what was asked for."""
        checkout = self.checkouts[str(invoice.reference)]
        case = read_case("get_checkout")["checkout"]["payments"][0]
        payment = case | {
            "id": f"{invoice.reference}{len(checkout['payments'])}",
            "checkoutId": invoice.reference,
            "timestamp": self.clock.now().isoformat(),
            "sourceAmount": invoice.amount.to_text(),
            **changes,
        }
        checkout["payments"].append(payment)
        checkout["state"] = verdict
        return payment


def answer_with(body: Any, status: int = 200, **headers: str) -> Any:
    """Make an endpoint answer with these bytes, text or JSON value."""
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Response(
        content, status, headers=named, content_type="application/json"
    )
