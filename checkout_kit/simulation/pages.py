"""The control page at /, for people: the same as the control API, with buttons."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation.guard import check_caller
from checkout_kit.simulation.parts import SimulatorParts, parts_of

_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def create_pages() -> Blueprint:
    """Make the blueprint of a simulator's pages, which are never cached."""
    pages = Blueprint("simulator_pages", __name__)
    pages.after_request(_add_headers)
    return pages


def render_control(template: str, **context: Any) -> str:
    """Render the control page, a template that extends `simulation/control.html`.

    It draws time, outages and switches; the blocks `state` and `more` are the
    simulator's own, before and after them.
    """
    check_caller()
    parts = parts_of(current_app, SimulatorParts)
    return render_template(
        template,
        title=f"{parts.dialect.title} simulator",
        now=parts.clock.now(),
        offset=round(parts.clock.offset),
        faults=parts.faults.to_json(),
        modes=parts.faults.modes,
        settings=parts.settings.to_json(),
        choices=parts.settings.choices(),
        **context,
    )


def _add_headers(response: AnyResponse) -> AnyResponse:
    """Keep the pages fresh and free of foreign content."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
