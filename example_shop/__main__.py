"""``python -m example_shop``: the shop and the simulators, on loopback."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import click
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from example_shop import create_app, prepare_database
from example_shop.payments import kit
from example_shop.settings import (
    DEFAULT_PORT,
    DEFAULT_SIMULATOR_PORT,
    HOST,
    demo_config,
)
from example_shop.simulator_process import SimulatorFailed, running_simulators


class QuietRequestHandler(WSGIRequestHandler):
    """Writes no access log: a checkout page's address is a secret of its buyer."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


class PortInUse(RuntimeError):
    """Raised when something else listens where we want to."""

    def __init__(self, port: int, variable: str) -> None:
        super().__init__(
            f"Port {port} is in use. Choose another one with {variable}=, for "
            f"example: make shop {variable}={port + 1000}"
        )


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until Ctrl-C."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, _end_like_ctrl_c)
    folder = Path(options.instance).absolute()
    try:
        with _listen(options.port, "PORT") as listener:
            _listen(options.simulator_port, "SIMULATOR_PORT").close()
            config = demo_config(folder, options.port, options.simulator_port)
            with running_simulators(options.simulator_port, folder) as wait:
                app = create_app(config)
                prepare_database(app)
                wait()
                _serve(app, listener, options.port, options.simulator_port)
    except (PortInUse, SimulatorFailed) as err:
        click.echo(f"Can't start: {err}", err=True)
        return 1
    except KeyboardInterrupt:
        click.echo("\nThe shop is closed.")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m example_shop")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT)
    parser.add_argument("--simulator-port", type=_port, default=DEFAULT_SIMULATOR_PORT)
    parser.add_argument("--instance", default="instance", metavar="DIR")
    options = parser.parse_args(arguments)
    if options.port == options.simulator_port:
        parser.error("the shop and the simulators need two different ports")
    return options


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError
    return port


def _listen(port: int, variable: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as err:
        listener.close()
        raise PortInUse(port, variable) from err
    return listener


def _serve(app: Flask, listener: socket.socket, port: int, simulator_port: int) -> None:
    server = make_server(
        HOST,
        port,
        app,
        threaded=True,
        request_handler=QuietRequestHandler,
        fd=listener.fileno(),
    )
    click.echo(f"Shop:        http://{HOST}:{port}/")
    click.echo(f"Simulators:  http://{HOST}:{simulator_port}/")
    click.echo("Test money only. Press Ctrl-C to end all.")
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    with app.app_context():
        # At once, not at the first request: payments of yesterday may be waiting.
        kit.start_worker()
        serving.start()
        try:
            while serving.is_alive():
                serving.join(1)
        finally:
            server.shutdown()
            server.server_close()
            kit.close()


def _end_like_ctrl_c(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
