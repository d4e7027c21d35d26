"""The Flask app of a simulator: parts, limits, and errors in the provider's shape."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from checkout_kit.simulation.fault_layer import FaultLayer
from checkout_kit.simulation.parts import SimulatorParts, attach
from checkout_kit.simulation.shared_files import create_shared_files

_BODY_LIMIT = 64 * 1024


class _UnsortedJSONProvider(DefaultJSONProvider):
    """JSON in the order of the provider's document."""

    sort_keys = False


class _SimulatorApp(Flask):
    json_provider_class = _UnsortedJSONProvider


def create_app(
    import_name: str, parts: SimulatorParts, *blueprints: Blueprint
) -> Flask:
    """Create the app of a simulator: its blueprints, behind the planned faults.

    Every `HTTPException` is answered in the provider's own shape.

    :param import_name: the simulator's package, which has the folder `templates`.
    """
    app = _SimulatorApp(import_name)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    app.config["SIMULATOR_REMOTE_CONTROL"] = False
    app.config["SIMULATOR_THREADS"] = True
    attach(app, parts)
    for blueprint in (*blueprints, create_shared_files()):
        app.register_blueprint(blueprint)

    def answer_http_error(error: HTTPException) -> tuple[Response, int]:
        status = error.code or 500
        message = error.description or error.name
        return jsonify(parts.dialect.to_error(status, message)), status

    app.register_error_handler(HTTPException, answer_http_error)
    app.wsgi_app = FaultLayer(app.wsgi_app, parts.faults)  # type: ignore[method-assign]
    return app
