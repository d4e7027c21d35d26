"""The shop's bench: a simulated provider, a clock, and buyers who pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from flask import Flask

from checkout_kit import Checkout, CheckoutKit
from checkout_kit.testing.clock import FakeClock
from checkout_kit.testing.loopback import LoopbackServer

# Long enough for the kit to look again, short enough to stay inside every window.
_PAUSE = 10
_HANDLER = "handler:"


class HandlerFailed(AssertionError):
    """Raised when an event handler of the shop failed, as the kit tries it again."""

    def __init__(self, event_type: str, handler: str, problem: str) -> None:
        super().__init__(f"{handler} failed at {event_type}: {problem}")
        self.event_type = event_type
        self.handler = handler
        self.problem = problem


class ShopBench:
    """What a shop's tests move: payments and time; no money, and no other machine.

    Give :attr:`config` to the shop's factory, and the app to :meth:`use`. The provider
    is its plugin's simulator, over real HTTP on this machine.

    :param folder: where the database is put.
    :param provider: a plugin with ``create_simulator`` and ``simulator_settings``.
    """

    def __init__(self, folder: Path, provider: str = "coinqvest") -> None:
        self.clock = FakeClock()
        self.provider = provider
        self.database_url = f"sqlite:///{folder / 'shop.sqlite3'}"
        plugin = _load(provider)
        self._server = LoopbackServer(plugin.create_simulator(clock=self.clock.now))
        self._settings = plugin.simulator_settings(self._server.url)
        self._kit = CheckoutKit()
        self._app: Flask | None = None

    @property
    def config(self) -> Mapping[str, Any]:
        """The config of an app under test; both keys of databases name the same one."""
        return {
            "TESTING": True,
            "SECRET_KEY": "of a test",
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "CHECKOUT_KIT_CLOCK": self.clock,
            "CHECKOUT_KIT_DATABASE_URL": self.database_url,
            "CHECKOUT_KIT_PLUGINS": {self.provider: dict(self._settings)},
            "CHECKOUT_KIT_PUBLIC_URL": "http://localhost",
            "CHECKOUT_KIT_WORKER": "external",
        }

    def use(self, app: Flask) -> None:
        """Take the shop's app, and make the kit's tables."""
        self._app = app
        with app.app_context():
            self._kit.init_db()

    def pay(
        self, checkout: Checkout, scenario: str = "exact", *, method: str | None = None
    ) -> Checkout:
        """Choose a method, pay, and let the kit see it and call the shop's handlers.

        :param scenario: ``exact``, ``less`` or ``more``, as in the page's test mode.
        :param method: the code of an asset such as ``XLM``; by default any.
        :raises HandlerFailed: if a handler of the shop raised.
        """
        with self._opened().app_context():
            found = self._kit.get_checkout(checkout.id)
            self._kit.commit_checkout(found.id, self._pick(found.id, method))
            self._services.desk.simulate(found.token, scenario)
        self.advance(_PAUSE)
        with self._opened().app_context():
            self._kit.check_checkout(checkout.id)
            self._kit.run_due()
        self.handled(checkout)
        return self.read(checkout)

    def advance(self, time: timedelta | float) -> None:
        """Let time pass, for kit and provider, and do all that is due then.

        :param time: a timedelta, or seconds.
        """
        seconds = time.total_seconds() if isinstance(time, timedelta) else time
        self.clock.advance(seconds)
        with self._opened().app_context():
            self._kit.run_due()

    def expire(self, checkout: Checkout) -> Checkout:
        """Let the checkout's time run out.

        :raises HandlerFailed: if a handler of the shop raised.
        """
        left = checkout.expires_at - self.clock.now()
        self.advance(max(left.total_seconds(), 0) + 1)
        self.handled(checkout)
        return self.read(checkout)

    def read(self, checkout: Checkout) -> Checkout:
        """The checkout as it stands now."""
        with self._opened().app_context():
            return self._kit.get_checkout(checkout.id)

    def handled(self, checkout: Checkout) -> Sequence[str]:
        """The types of the checkout's events that handlers of the shop have dealt with.

        In the order of the events, a type once for each handler.

        :raises HandlerFailed: if one raised, and has not succeeded since.
        """
        done = []
        with self._opened().app_context():
            for event in self._kit.list_events(checkout.id):
                _, states, _ = self._services.outgoing.event_log.look_up(event.id)
                for state in states:
                    if not state.subscriber.startswith(_HANDLER):
                        continue
                    if state.status.value == "DELIVERED":
                        done.append(event.type)
                    elif state.problem:
                        name = state.subscriber.removeprefix(_HANDLER)
                        raise HandlerFailed(event.type, name, state.problem)
        return done

    def close(self) -> None:
        """Close the shop, and stop the simulator."""
        if self._app is not None:
            with self._app.app_context():
                self._kit.close()
        self._server.close()

    def _pick(self, checkout_id: str, code: str | None) -> str:
        for quote in self._kit.list_quotes(checkout_id):
            if code in (None, quote.method.currency.code):
                return quote.method.id
        raise LookupError(f"{self.provider} offers no {code or 'method'} for it")

    def _opened(self) -> Flask:
        if self._app is None:
            raise RuntimeError("hand the shop's app to the bench first: bench.use(app)")
        return self._app

    @property
    def _services(self) -> Any:
        return self._opened().extensions["checkout_kit"]


def _load(provider: str) -> Any:
    found = list(entry_points(group="checkout_kit", name=provider))
    plugin = found[0].load() if found else None
    if not hasattr(plugin, "simulator_settings"):
        raise LookupError(f"there is no plugin {provider!r} with a simulator for tests")
    return plugin
