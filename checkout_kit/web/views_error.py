"""Error answers: a page for people, JSON for scripts; neither leaks anything."""

from __future__ import annotations

from dataclasses import dataclass

from flask import (
    Response,
    current_app,
    got_request_exception,
    jsonify,
    make_response,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.errors import DatabaseBusy, NotFoundError
from checkout_kit.web.i18n import gettext as _

_JSON_ENDPOINTS = frozenset({"status", "webhook", "campaign"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page says."""

    status: int
    heading: str
    text: str


def show_missing(error: NotFoundError) -> AnyResponse:
    """Answer for an id or token that is nobody's; says nothing about which."""
    return _answer(404)


def show_busy(error: DatabaseBusy) -> AnyResponse:
    """Answer while the database is locked."""
    response = _answer(503)
    response.headers["Retry-After"] = "5"
    return response


def show_http_error(error: HTTPException) -> AnyResponse:
    """Answer for any HTTP error of our own addresses."""
    if error.response is not None or error.code is None:
        return error.get_response()
    response = _answer(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def show_fault(error: Exception) -> AnyResponse:
    """Answer for a fault of ours.

    Flask itself would log the path, which holds the checkout's token.
    """
    app = current_app
    if app.debug or app.testing or app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    app.logger.error("the view %s failed", request.endpoint, exc_info=error)
    # Whoever collects errors by Flask's signal still hears of it.
    sender = app._get_current_object()  # type: ignore[attr-defined]
    got_request_exception.send(sender, exception=error)
    return _answer(500)


def _answer(status: int) -> Response:
    problem = _problem(status)
    if not _is_for_script():
        return show_problem(problem)
    response = jsonify({"error": problem.heading})
    response.status_code = status
    return response


def show_problem(problem: Problem) -> Response:
    """Answer with an error page."""
    html = render_template("checkout_kit/error.html", problem=problem)
    response = make_response(html)
    response.status_code = problem.status
    return response


def _is_for_script() -> bool:
    endpoint = (request.endpoint or "").rpartition(".")[2]
    if endpoint in ("offer", "link"):
        return request.mimetype == "application/json"
    return endpoint in _JSON_ENDPOINTS


def _problem(status: int) -> Problem:
    words = {
        400: (
            _("That did not work"),
            _("The request was incomplete. Please go back and try again."),
        ),
        404: (
            _("We cannot find this checkout"),
            _("The link may be cut off or too old. Go back to the shop and try again."),
        ),
        405: (_("That is not possible here"), _("Please go back to your checkout.")),
        403: (
            _("That is not possible here"),
            _("Please open this on the page of the shop."),
        ),
        413: (_("That was too much"), _("The request was larger than it may be.")),
        429: (
            _("Too much at once"),
            _("Nothing was changed. Please try again in a minute."),
        ),
        503: (
            _("We are busy right now"),
            _("Nothing was changed. Please reload the page in a moment."),
        ),
    }
    heading, text = words.get(
        status,
        (
            _("Something went wrong on our side"),
            _("Nothing you paid is lost. Please reload the page in a moment."),
        ),
    )
    return Problem(status, heading, text)
