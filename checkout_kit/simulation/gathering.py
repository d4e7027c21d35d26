"""Several simulators at one address: each below its name, behind a page of links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, render_template
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from checkout_kit.simulation.guard import check_caller
from checkout_kit.simulation.pages import create_pages
from checkout_kit.simulation.shared_files import create_shared_files

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

#: Key of a simulator's config: first parts of paths that it also serves at the root of
#: a shared address, for clients that take a host and no path.
ROOT_PATHS = "SIMULATOR_ROOT_PATHS"


def gather(simulators: Mapping[str, Flask]) -> Flask:
    """Put simulators behind one app: that of `rain` is then at `/rain/`.

    :param simulators: each provider's name and its simulator.
    :raises ValueError: if two of them want the same path at the root.
    """
    app = Flask(__name__)
    app.config["SIMULATOR_REMOTE_CONTROL"] = False
    pages = create_pages()

    @pages.get("/")
    def list_simulators() -> str:
        check_caller()
        return render_template("simulation/overview.html", names=list(simulators))

    app.register_blueprint(pages)
    app.register_blueprint(create_shared_files())
    below_names = DispatcherMiddleware(
        app.wsgi_app,
        {f"/{name}": simulator.__call__ for name, simulator in simulators.items()},
    )
    app.wsgi_app = _with_roots(  # type: ignore[method-assign]
        below_names, _root_paths(simulators)
    )
    return app


def _root_paths(simulators: Mapping[str, Flask]) -> Mapping[str, Flask]:
    wanted: dict[str, Flask] = {}
    for name, simulator in simulators.items():
        for path in simulator.config.get(ROOT_PATHS, ()):
            if path in wanted or path in simulators:
                raise ValueError(f"the simulator of {name} can't have /{path}, too")
            wanted[path] = simulator
    return wanted


def _with_roots(
    others: WSGIApplication, roots: Mapping[str, Flask]
) -> Callable[..., Iterable[bytes]]:
    def dispatch(
        environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        first = str(environ.get("PATH_INFO", "")).partition("/")[2].partition("/")[0]
        return roots.get(first, others)(environ, start_response)

    return dispatch
