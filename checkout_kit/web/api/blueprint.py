"""The blueprint of the REST API: which path leads to which endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, current_app, got_request_exception, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from checkout_kit.errors import CheckoutKitError
from checkout_kit.web.api.backend import Backend
from checkout_kit.web.api.dispatch import Dispatcher, answer_problem
from checkout_kit.web.api.endpoint import Endpoint
from checkout_kit.web.api.problems import Problem, problem_of
from checkout_kit.web.api.views_docs import DocsViews
from checkout_kit.web.headers import set_headers
from checkout_kit.web.last_word import keep_headers

#: Every method comes to us, so that every answer is in our error shape.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_FAULT = "Something went wrong on our side. If you repeat this, use the same key."


def create_api_blueprint(endpoints: Sequence[Endpoint], backend: Backend) -> Blueprint:
    """Make the blueprint ``checkout_kit_api``.

    Its requests are signed and carry no cookie: exempt it from a CSRF protection.
    """
    blueprint = Blueprint(
        "checkout_kit_api",
        __name__,
        url_prefix=backend.prefix,
        template_folder="templates",
    )
    paths: dict[str, dict[str, Dispatcher]] = {}
    for endpoint in endpoints:
        methods = paths.setdefault(endpoint.path, {})
        methods[endpoint.method] = Dispatcher(endpoint, backend)
    for path, methods in paths.items():
        blueprint.add_url_rule(
            path,
            path.strip("/").replace("/", "_").replace("-", "_"),
            _view(methods),
            methods=_METHODS,
            provide_automatic_options=False,
        )
    for path, show in DocsViews(endpoints, backend.prefix).by_path.items():
        blueprint.add_url_rule(
            path,
            path.strip("/").replace(".", "_"),
            _reading(show),
            methods=_METHODS,
            provide_automatic_options=False,
        )
    # Of lowest priority: whatever the shop has under the same prefix stays its own.
    blueprint.add_url_rule(
        "/<path:rest>",
        "unknown",
        _show_unknown,
        methods=_METHODS,
        provide_automatic_options=False,
    )
    # The last to be registered is the first to run.
    blueprint.after_request(keep_headers)
    blueprint.after_request(set_headers)
    return blueprint


def _view(methods: Mapping[str, Dispatcher]) -> Callable[[], Response]:
    def dispatch() -> Response:
        name = "GET" if request.method == "HEAD" else request.method
        dispatcher = methods.get(name)
        if dispatcher is None:
            return _refuse_method(sorted(methods))
        try:
            return dispatcher.handle()
        except Problem as problem:
            return answer_problem(problem)
        except CheckoutKitError as err:
            told = problem_of(err)
            return answer_problem(told) if told else _answer_fault(err)
        except HTTPException as err:
            return answer_problem(
                Problem(err.code or 500, [err.description or err.name])
            )
        # Whatever it is, a stranger gets no traceback.
        except Exception as err:
            return _answer_fault(err)

    return dispatch


def _reading(show: Callable[[], Response]) -> Callable[[], Response]:
    def dispatch() -> Response:
        if request.method not in ("GET", "HEAD"):
            return _refuse_method(["GET"])
        return show()

    return dispatch


def _refuse_method(allowed: Sequence[str]) -> Response:
    names = ", ".join(allowed)
    return answer_problem(
        Problem(
            405,
            [f"{request.method} is not possible here, but {names} is."],
            {"Allow": names},
        )
    )


def _show_unknown(rest: str) -> Response:
    return answer_problem(Problem(404, ["There is no such endpoint."]))


def _answer_fault(error: Exception) -> Response:
    app = current_app
    if app.debug or app.testing or app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    app.logger.error("the endpoint %s failed", request.endpoint, exc_info=error)
    # Whoever collects errors by Flask's signal still hears of it.
    sender = app._get_current_object()  # type: ignore[attr-defined]
    got_request_exception.send(sender, exception=error)
    return answer_problem(Problem(500, [_FAULT]))
