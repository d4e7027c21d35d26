"""The API's description: complete, for programs and for people."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from checkout_kit.web.api.endpoints import ENDPOINTS
from tests.web.api.merchant import PREFIX, errors_of


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document, as anybody can read it."""
    response = app.test_client().get(f"{PREFIX}/openapi.json")
    assert response.mimetype == "application/json"
    found: dict[str, Any] = response.get_json()
    return found


def test_every_endpoint_is_described(document: dict[str, Any]) -> None:
    described = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert document["openapi"] == "3.1.0"
    assert described == {(one.method, one.path) for one in ENDPOINTS}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    names = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))
    assert names and set(names) <= set(schemas)


def test_other_spellings_are_described(document: dict[str, Any]) -> None:
    charge = document["components"]["schemas"]["Charge"]["properties"]
    assert "billingCurrency" in charge["currency"]["description"]


def test_protected_endpoints_name_their_ways_in(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    for endpoint in ENDPOINTS:
        operation = document["paths"][endpoint.path][endpoint.method.lower()]
        named = {name for way in operation["security"] for name in way}
        assert named == (set() if endpoint.is_public else set(schemes))


def test_the_page_shows_everything_by_itself(app: Flask) -> None:
    response = app.test_client().get(f"{PREFIX}/docs")
    page = response.text
    assert response.status_code == 200
    for endpoint in ENDPOINTS:
        assert f'id="{endpoint.name}"' in page
        assert endpoint.summary.replace("'", "&#39;") in page
    assert "charge.lineItems[].netAmount" in page
    # Nothing of other hosts, no script, nothing that its policy would stop.
    assert not re.search(r"<script|style=|https?://(?!www\.w3\.org)", page)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    styles = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert [app.test_client().get(style).status_code for style in styles] == [200]


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/docs.css"])
def test_the_description_is_read_only(app: Flask, path: str) -> None:
    response = app.test_client().post(PREFIX + path)
    assert response.status_code == 405
    assert errors_of(response)
