"""Several simulators at one address: each below its name, behind a page of links."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, render_template
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from checkout_kit.simulation.guard import check_caller
from checkout_kit.simulation.pages import create_pages
from checkout_kit.simulation.shared_files import create_shared_files


def gather(simulators: Mapping[str, Flask]) -> Flask:
    """Put simulators behind one app: that of `rain` is then at `/rain/`.

    :param simulators: each provider's name and its simulator.
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
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app,
        {f"/{name}": simulator.__call__ for name, simulator in simulators.items()},
    )
    return app
