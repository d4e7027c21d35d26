"""The Flask extension: what a shop makes, and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from flask import Flask, current_app, has_app_context

from checkout_kit.config import read_configuration
from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.event import EVENT_HOOKS, Event
from checkout_kit.domain.invoice import Invoice, UnmatchedDeposit
from checkout_kit.domain.provider import Clock
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.settlement import SettlementOrder
from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import InputError
from checkout_kit.mounting import mount
from checkout_kit.services.checkouts import CheckoutRequest
from checkout_kit.services.delivering import Handler
from checkout_kit.web.signatures import verify_return
from checkout_kit.wiring import EXTENSION_NAME, Services, wire
from checkout_kit.worker.due import DueReport

HandlerT = TypeVar("HandlerT", bound=Handler)


class CheckoutKit:
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
        self._session = session
        self._clock = clock
        self._plugins = tuple(plugins)
        self._handlers: list[tuple[str, Handler]] = []
        self._services: list[Services] = []
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
            clock=self._clock,
            plugins=self._plugins,
        )
        for type, handler in self._handlers:
            services.delivering.subscribe(type, handler)
        self._services.append(services)
        mount(app, services)

    # Checkouts

    def create_checkout(
        self,
        charge: Charge,
        *,
        settlement_currency: Currency | str | None = None,
        return_url: str | None = None,
        cancel_url: str | None = None,
        reference: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        webhook_url: str | None = None,
        customer: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Checkout:
        """Make a checkout; send the buyer to its ``url``.

        No provider is called and no money moves. With a shared session it becomes real
        with the shop's own commit.

        :param settlement_currency: what the merchant is credited in; the charge's
            currency if not given.
        :param return_url: where the page links to once it is paid (http or https).
        :param cancel_url: where the page links to from a cancelled checkout.
        :param reference: the shop's own id of the order, at most 200 characters.
        :param metadata: JSON values of the shop's own, handed back with every event.
        :param idempotency_key: the same key gives the same checkout.
        :raises InputError: naming what can't be accepted; nothing is changed.
        :raises IdempotencyConflict: if the key was used for another request.
        """
        if settlement_currency is not None and not isinstance(
            settlement_currency, Currency
        ):
            settlement_currency = Currency.parse(
                settlement_currency, field_name="settlementCurrency"
            )
        request = CheckoutRequest(
            charge=charge,
            settlement_currency=settlement_currency,
            return_url=return_url,
            cancel_url=cancel_url,
            webhook_url=webhook_url,
            reference=reference,
            metadata=metadata if metadata is not None else {},
            customer=customer if customer is not None else {},
            idempotency_key=idempotency_key,
        )
        services = self._of_app()
        now = services.basis.clock.now()
        return _addressed(services, services.shop_checkouts.create(request, now))

    def get_checkout(self, checkout_id: str) -> Checkout:
        """Read a checkout, its state derived afresh.

        :raises NotFoundError: if there is none with that id.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        return _addressed(services, services.shop_checkouts.get(checkout_id, now))

    def list_checkouts(self, *, limit: int = 50, offset: int = 0) -> Sequence[Checkout]:
        """Read a page of checkouts, newest first; at most 250 at once."""
        services = self._of_app()
        now = services.basis.clock.now()
        found = services.checkouts.list(now, limit=limit, offset=offset)
        return [_addressed(services, checkout) for checkout in found]

    def cancel_checkout(self, checkout_id: str, *, actor: str = "shop") -> Checkout:
        """Stop offering a checkout; money that comes after it counts, as late.

        :raises InvalidTransition: if money was seen for it.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        return _addressed(
            services, services.shop_checkouts.cancel(checkout_id, actor, now)
        )

    def resolve_checkout(
        self, checkout_id: str, *, actor: str = "shop", accepted: bool = False
    ) -> Checkout:
        """Mark a checkout as needing no further care, until its payments change.

        :param accepted: take what was paid as enough; the checkout is paid then.
        :raises InvalidTransition: if nothing was paid for it yet.
        """
        services = self._of_app()
        checkout = services.shop_checkouts.resolve(
            checkout_id, actor, services.basis.clock.now(), accepted=accepted
        )
        return _addressed(services, checkout)

    # Paying

    def list_quotes(self, checkout_id: str) -> Sequence[Quote]:
        """Ask every provider what paying costs; calls providers, moves no money."""
        services = self._of_app()
        return services.quoting.list_quotes(self._own(services, checkout_id))

    def commit_checkout(self, checkout_id: str, method_id: str) -> Invoice:
        """Make the invoice for a method such as ``coinqvest:XLM``.

        Calls the provider, moves no money.

        :raises MethodUnavailable: if the method is not offered.
        :raises QuoteExpired: if it has to be quoted anew.
        :raises InvalidTransition: if nothing is due any more.
        """
        services = self._of_app()
        return services.invoicing.commit(self._own(services, checkout_id), method_id)

    def check_checkout(self, checkout_id: str) -> Checkout:
        """Look for payments of a checkout now; waits for its providers."""
        services = self._of_app()
        services.detection.check_checkout(self._own(services, checkout_id).id)
        return _addressed(services, self._own(services, checkout_id))

    def verify_return(self, args: Mapping[str, str]) -> Checkout:
        """Read the checkout that a buyer comes back from.

        Trusts nothing but our own signature in ``request.args``: the state is read
        afresh, and event handlers that are due for it have run before this returns.

        :raises ReturnSignatureError: if we did not sign it, or more than 24 h ago.
        """
        services = self._of_app()
        checkout_id = verify_return(current_app, args)
        services.delivering.deliver_due(checkout_id=checkout_id)
        return _addressed(services, self._own(services, checkout_id))

    # Books

    def on(self, type: str) -> Callable[[HandlerT], HandlerT]:
        """Have a function called for every event of a type.

        It is called as ``handler(event, session)``. With a shared session the kit
        commits its work and the delivery's mark together: exactly once; it must not
        commit by itself. Without one ``session`` is None, and an event may come again.

        :raises InputError: if there is no such type of event.
        """
        if type not in EVENT_HOOKS:
            raise InputError("type", "must be one of " + ", ".join(EVENT_HOOKS))

        def subscribe(handler: HandlerT) -> HandlerT:
            self._handlers.append((type, handler))
            for services in self._services:
                services.delivering.subscribe(type, handler)
            return handler

        return subscribe

    def list_events(self, checkout_id: str) -> Sequence[Event]:
        """The events of a checkout, oldest first."""
        services = self._of_app()
        store_id = services.configuration.policy.store_id
        with services.basis.units.read() as unit:
            return unit.events.of_checkout(store_id, checkout_id)

    def list_unmatched(self) -> Sequence[UnmatchedDeposit]:
        """Deposits that fit no invoice, newest first; nobody was credited."""
        services = self._of_app()
        with services.basis.units.read() as unit:
            return unit.inbox.list_unmatched(services.configuration.policy.store_id)

    def list_settlements(self, checkout_id: str) -> Sequence[SettlementOrder]:
        """What was, is or will be settled for a checkout."""
        services = self._of_app()
        with services.basis.units.read() as unit:
            return unit.settlements.of_checkout(checkout_id)

    def receive_webhook(self, provider: str, request: WebhookRequest) -> None:
        """Take in a provider's webhook, as its route does."""
        self._of_app().desk.receive_webhook(provider, request)

    # Running

    def init_db(self) -> str:
        """Make the kit's tables or bring them up to date; returns their revision."""
        return self._of_app().init_db()

    def run_due(self) -> DueReport:
        """One pass over all due work. **May move money**: it settles."""
        return self._of_app().work.run_all()

    def start_worker(self) -> None:
        """Start the worker's threads in this process, such as gunicorn's worker."""
        self._of_app().loop.ensure_started()

    def close(self) -> None:
        """End this process's worker and let go of its database connections."""
        services = self._of_app()
        services.loop.stop()
        services.database.dispose()

    def _of_app(self) -> Services:
        if has_app_context() and EXTENSION_NAME in current_app.extensions:
            found: Services = current_app.extensions[EXTENSION_NAME]
            return found
        if len(self._services) == 1:
            return self._services[0]
        raise RuntimeError("call this inside an app context of the app that is meant")

    def _own(self, services: Services, checkout_id: str) -> Checkout:
        return services.checkouts.get(checkout_id, services.basis.clock.now())


def _addressed(services: Services, checkout: Checkout) -> Checkout:
    return replace(checkout, url=services.configuration.page_url(checkout.token))
