"""The Flask extension: what a shop makes, and calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask

from checkout_kit.config import read_configuration
from checkout_kit.domain.provider import Clock
from checkout_kit.errors import ConfigurationError
from checkout_kit.extension.book_calls import BookCalls
from checkout_kit.extension.checkout_calls import CheckoutCalls
from checkout_kit.extension.customer_calls import CustomerCalls
from checkout_kit.extension.link_calls import LinkCalls
from checkout_kit.extension.offer_calls import OfferCalls
from checkout_kit.extension.payment_calls import PaymentCalls
from checkout_kit.extension.running_calls import RunningCalls
from checkout_kit.extension.treasury_calls import TreasuryCalls
from checkout_kit.mounting import mount
from checkout_kit.wiring import EXTENSION_NAME, wire


class CheckoutKit(
    CheckoutCalls,
    OfferCalls,
    LinkCalls,
    PaymentCalls,
    CustomerCalls,
    TreasuryCalls,
    BookCalls,
    RunningCalls,
):
    """An embeddable checkout for a Flask app.

    One object may serve several apps. Calls belong to the app of the current context;
    outside of one, to the only app that there is.

    :param app: the app; or call :meth:`init_app` later.
    :param session: the shop's SQLAlchemy session, such as ``db.session``. If it works
        on the kit's database, checkouts join its transactions, and event handlers
        change orders exactly once. ``CHECKOUT_KIT_SESSION`` says the same.
    :param clock: tells the time; tests hand in their own.
    :param plugins: plugin classes without an entry point.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        session: Any = None,
        clock: Clock | None = None,
        plugins: Sequence[tuple[str, type]] = (),
    ) -> None:
        super().__init__()
        self._session = session
        self._clock = clock
        self._plugins = tuple(plugins)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Read an app's config, make its plugins and mount the page.

        Neither the database nor a provider is called.

        :raises ConfigurationError: naming the key that is missing or wrong.
        :raises PluginError: naming the plugin that can't be loaded.
        """
        if EXTENSION_NAME in app.extensions:
            raise RuntimeError("this app has a CheckoutKit already")
        session = self._session
        if session is None:
            session = app.config.get("CHECKOUT_KIT_SESSION")
        configuration = read_configuration(
            app.config,
            instance_path=app.instance_path,
            is_development=app.debug or app.testing,
        )
        services = wire(
            app,
            configuration,
            session=session,
            clock=self._clock or _test_clock(app),
            plugins=self._plugins,
        )
        for type, handler in self._handlers:
            services.delivering.subscribe(type, handler)
        self._services.append(services)
        mount(app, services)


def _test_clock(app: Flask) -> Clock | None:
    """The clock that a shop's tests move, in an app under test alone."""
    clock: Clock | None = app.config.get("CHECKOUT_KIT_CLOCK")
    if clock is not None and not app.testing:
        raise ConfigurationError("CHECKOUT_KIT_CLOCK", "is for apps under test only")
    return clock
