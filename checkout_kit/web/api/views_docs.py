"""Views of the API's description: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from checkout_kit.web.api.dispatch import write_json
from checkout_kit.web.api.documentation import lay_out
from checkout_kit.web.api.endpoint import Endpoint

_STYLE = Path(__file__).parent / "static" / "docs.css"


class DocsViews:
    """Shows what the endpoints are; made when it is asked for, and kept."""

    def __init__(self, endpoints: Sequence[Endpoint], prefix: str) -> None:
        self._endpoints = endpoints
        self._prefix = prefix

    @property
    def by_path(self) -> Mapping[str, Callable[[], Response]]:
        """The views, by the paths that they are at."""
        return {
            "/openapi.json": self.show_openapi,
            "/docs": self.show_page,
            "/docs.css": self.show_style,
        }

    def show_openapi(self) -> Response:
        """Show the OpenAPI document."""
        return Response(write_json(self._document), mimetype="application/json")

    def show_page(self) -> Response:
        """Show the page."""
        groups = lay_out(self._document)
        html = render_template(
            "checkout_kit/api_docs.html", document=self._document, groups=groups
        )
        return Response(html, mimetype="text/html")

    def show_style(self) -> Response:
        """Show the page's style sheet."""
        return Response(self._style, mimetype="text/css")

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        # Loading apispec takes longer than an app's start, and most never show this.
        from checkout_kit.web.api.openapi import describe

        return describe(self._endpoints, self._prefix)

    @cached_property
    def _style(self) -> bytes:
        return _STYLE.read_bytes()
