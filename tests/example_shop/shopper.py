"""A shopper: one browser's way through the shop, over its real pages and forms."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Shopper:
    """A client with cookies of its own that fills in the forms it is shown."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str) -> str:
        """Open a page that must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.status
        return response.text

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with this browser's token."""
        token = hidden(self.get("/products/tide-mug"), "csrf_token")
        return self.client.post(path, data={"csrf_token": token, **fields})

    def put_into_cart(self, slug: str, quantity: int = 1) -> None:
        """Add a product to the cart."""
        response = self.post(f"/products/{slug}", quantity=quantity)
        assert response.status_code == 303

    def review(self) -> str:
        """Open the review page and return its form's token."""
        return hidden(self.get("/review"), "form_token")

    def pay(self, form_token: str | None = None) -> str:
        """Press "Pay"; return where it leads."""
        response = self.post("/orders", form_token=form_token or self.review())
        assert response.status_code == 303
        return response.headers["Location"]


def hidden(page: str, name: str) -> str:
    """Read a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, f"no field {name}"
    return unescape(found[1])
