"""One shop with all who take payments, each simulator at a port of its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.simulation import SimulatorParts, gather, parts_of
from checkout_kit.testing import FakeClock, LoopbackServer
from example_shop.providers import simulated_providers, simulators

#: Who takes payments in the demo; Quoine Exchange settles for others.
PROVIDERS = [name for name in simulators() if name != "quoine_exchange"]
#: How long the page waits for providers here, in seconds.
DEADLINE = 6.0


@dataclass(frozen=True)
class SideBySide:
    """The shop, its clock, and what plays the providers."""

    app: Flask
    kit: CheckoutKit
    clock: FakeClock
    simulators: dict[str, SimulatorParts]
    servers: dict[str, LoopbackServer]

    def work(self) -> None:
        """Do all due work once, as the worker would."""
        self.app.extensions["checkout_kit"].work.run_all()


@contextmanager
def side_by_side(
    database_url: str,
    *,
    clock: FakeClock | None = None,
    plugins: Mapping[str, Any] | None = None,
    **config: Any,
) -> Iterator[SideBySide]:
    """Run the simulators, and make the shop; no thread works by itself.

    :param plugins: settings of further plugins, which have their providers elsewhere.
    """
    clock = clock or FakeClock()
    parts, servers = {}, {}
    settings = dict(plugins or {})
    with ExitStack() as stack:
        for name in PROVIDERS:
            module = importlib.import_module(f"checkout_kit_{name}.simulator")
            simulator: Flask = module.create_simulator(clock=clock.now)
            simulator.config["SIMULATOR_THREADS"] = False
            parts[name] = parts_of(simulator, SimulatorParts)
            server = LoopbackServer(gather({name: simulator}))
            stack.callback(server.close)
            servers[name] = server
            settings[name] = simulated_providers(server.url)[name]
        app = Flask("side_by_side")
        app.config.from_mapping(
            TESTING=True,
            SECRET_KEY="side-by-side",
            CHECKOUT_KIT_PUBLIC_URL="https://shop.example.com",
            CHECKOUT_KIT_DATABASE_URL=database_url,
            CHECKOUT_KIT_PLUGINS=settings,
            CHECKOUT_KIT_PROVIDER_DEADLINE=DEADLINE,
            **config,
        )
        kit = CheckoutKit(app, clock=clock)
        with app.app_context():
            kit.init_db()
            yield SideBySide(app, kit, clock, parts, servers)
            kit.close()


def sqlite_url(folder: Path) -> str:
    """A database in a folder."""
    return f"sqlite:///{folder / 'kit.db'}"
