"""``flask checkout simulate``."""

from __future__ import annotations

import signal
from collections.abc import Sequence

import click
from flask import Flask

from checkout_kit.cli.group import checkout
from checkout_kit.errors import PluginError
from checkout_kit.plugins.loading import load_plugin_class


@checkout.command("simulate", with_appcontext=False)
@click.argument("providers", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5001, show_default=True, type=click.IntRange(0, 65535))
def simulate(providers: Sequence[str], host: str, port: int) -> None:
    """Run providers' simulators: their APIs with play money, for trying things out.

    One is served at /, several each below its name, with a page that lists them.
    """
    simulators = {provider: _make(provider) for provider in providers}
    # Only this command serves HTTP; the rest of the kit does without both.
    from werkzeug.serving import make_server

    from checkout_kit.simulation import gather

    (first, *others) = simulators
    app = gather(simulators) if others else simulators[first]
    try:
        server = make_server(host, port, app, threaded=True)
    except (OSError, SystemExit) as err:
        raise click.ClickException(
            f"port {port} is in use: choose another with --port"
        ) from err
    names = "simulators are" if others else f"{first} simulator is"
    click.echo(f"The {names} at http://{host}:{server.port}/")
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("The simulation has ended.")
    finally:
        server.server_close()


def _make(provider: str) -> Flask:
    try:
        plugin_class = load_plugin_class(provider)
    except PluginError as err:
        raise click.ClickException(str(err)) from err
    make = getattr(plugin_class, "create_simulator", None)
    if make is None:
        raise click.ClickException(f"the plugin {provider!r} has no simulator")
    simulator: Flask = make()
    return simulator


def _interrupt() -> None:
    raise KeyboardInterrupt
