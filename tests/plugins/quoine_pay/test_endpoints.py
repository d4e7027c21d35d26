"""Every endpoint of the document has a method, and a row in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout_kit_quoine_pay.client import QuoinePayClient

#: The chapters 2 to 6 of the document: endpoint → method.
ENDPOINTS = {
    "POST /invoices": "create_invoice",
    "GET /invoices/{id}": "get_invoice",
    "GET /invoices": "list_invoices",
    "GET /profile": "get_profile",
    "POST /payments_callback_url": "set_callback",
}
PAGE = Path(__file__).parents[3] / "docs" / "providers" / "quoine_pay.md"


@pytest.mark.parametrize(("endpoint", "method"), ENDPOINTS.items())
def test_each_endpoint_has_a_method_and_a_row(endpoint: str, method: str) -> None:
    assert callable(getattr(QuoinePayClient, method))
    assert f"| `{endpoint}` | `{method}` |" in PAGE.read_text(encoding="utf-8")
