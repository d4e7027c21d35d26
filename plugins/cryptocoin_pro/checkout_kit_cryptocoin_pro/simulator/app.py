"""The Flask app of the simulator: the API, the pages, limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from checkout_kit.simulation import create_app

from .api import API_BLUEPRINTS
from .control import control
from .errors import ApiError
from .hosted import hosted
from .keys import SIMULATOR_PLATFORM_PUBLIC_KEY
from .pages import pages
from .uploads import FILE_LIMIT
from .wiring import Simulator

_BODY_LIMIT = 64 * 1024
# The form with the most files has seven.
_UPLOAD_LIMIT = 7 * FILE_LIMIT + _BODY_LIMIT


def create_simulator(
    *,
    public_key: str = SIMULATOR_PLATFORM_PUBLIC_KEY,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Create a simulated CryptoCoin.pro: API, checkout page, control API and page.

    :param public_key: the PEM by which the platform's tokens are verified.
    :param clock: the source of real time, an aware datetime; the system's by default.
    """
    parts = Simulator(public_key, clock)
    app = create_app(__name__, parts, *API_BLUEPRINTS, control, pages, hosted)
    app.config["MAX_CONTENT_LENGTH"] = _UPLOAD_LIMIT
    app.before_request(_refuse_large_bodies)
    app.teardown_request(_close_uploads)
    app.register_error_handler(ApiError, _answer_api_error)
    parts.background.start_when_served(app)
    return app


def _refuse_large_bodies() -> None:
    """Let nothing but uploads be large.

    :raises RequestEntityTooLarge: for anything else.
    """
    is_upload = request.mimetype == "multipart/form-data"
    if not is_upload and (request.content_length or 0) > _BODY_LIMIT:
        raise RequestEntityTooLarge()


def _close_uploads(error: BaseException | None) -> None:
    request.close()


def _answer_api_error(error: ApiError) -> tuple[Response, int]:
    return jsonify(error.body), error.status
