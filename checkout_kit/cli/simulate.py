"""``flask checkout simulate``."""

from __future__ import annotations

import signal

import click

from checkout_kit.cli.group import checkout
from checkout_kit.errors import PluginError
from checkout_kit.plugins.loading import load_plugin_class


@checkout.command("simulate", with_appcontext=False)
@click.argument("provider")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5001, show_default=True, type=click.IntRange(0, 65535))
def simulate(provider: str, host: str, port: int) -> None:
    """Run a provider's simulator: its API with play money, for trying things out."""
    try:
        plugin_class = load_plugin_class(provider)
    except PluginError as err:
        raise click.ClickException(str(err)) from err
    make = getattr(plugin_class, "create_simulator", None)
    if make is None:
        raise click.ClickException(f"the plugin {provider!r} has no simulator")
    # Only this command serves HTTP; the rest of the kit does without werkzeug.serving.
    from werkzeug.serving import make_server

    try:
        server = make_server(host, port, make(), threaded=True)
    except (OSError, SystemExit) as err:
        raise click.ClickException(
            f"port {port} is in use: choose another with --port"
        ) from err
    click.echo(f"The {provider} simulator is at http://{host}:{server.port}/")
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("The simulator has ended.")
    finally:
        server.server_close()


def _interrupt() -> None:
    raise KeyboardInterrupt
