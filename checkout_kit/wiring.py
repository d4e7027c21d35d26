"""The wiring: one app's services, made of its configuration, storage and plugins."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from flask import Flask

from checkout_kit.config import Configuration
from checkout_kit.domain.provider import Clock, ProviderContext
from checkout_kit.errors import CheckoutKitError
from checkout_kit.outgoing import Outgoing, wire_outgoing
from checkout_kit.plugins import PluginRegistry, load_plugins
from checkout_kit.services.announcing import Announcer
from checkout_kit.services.api_keys import ApiKeys
from checkout_kit.services.basis import Basis
from checkout_kit.services.catalogue import Catalogue
from checkout_kit.services.checkouts import Checkouts
from checkout_kit.services.counter import Counter
from checkout_kit.services.customers import Customers
from checkout_kit.services.delivering import Delivering
from checkout_kit.services.desk import CheckoutDesk
from checkout_kit.services.detection import Detection
from checkout_kit.services.exchange import Exchange
from checkout_kit.services.invoicing import Invoicing
from checkout_kit.services.links import Links
from checkout_kit.services.offers import Offers
from checkout_kit.services.once import OnceOnly
from checkout_kit.services.quoted_rates import QuotedRates
from checkout_kit.services.quoting import Quoting
from checkout_kit.services.rates import Rates
from checkout_kit.services.recording import Recorder
from checkout_kit.services.reporting import Reporting
from checkout_kit.services.resealing import Resealing
from checkout_kit.services.settling import Settling
from checkout_kit.services.store import Stores
from checkout_kit.services.wallets import Wallets
from checkout_kit.services.webhooks import WebhookInbox
from checkout_kit.services.withdrawal_resolving import WithdrawalResolving
from checkout_kit.services.withdrawals import Withdrawals
from checkout_kit.services.withdrawing import WithdrawalSender
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.engine import Database
from checkout_kit.storage.schema import upgrade_schema
from checkout_kit.storage.shop_session import NoSession, ShopSession
from checkout_kit.storage.unit_of_work import UnitOfWorkFactory
from checkout_kit.worker.due import DueWork
from checkout_kit.worker.loop import WorkerLoop

logger = logging.getLogger("checkout_kit")

#: Where an app keeps its services: ``app.extensions[EXTENSION_NAME]``.
EXTENSION_NAME = "checkout_kit"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, as an aware UTC datetime."""
        return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Services:
    """All services of one app, and what they stand on."""

    configuration: Configuration
    database: Database
    session: ShopSession | NoSession
    basis: Basis
    registry: PluginRegistry
    #: Joins the shop's own transaction: for calls of the shop's code.
    shop_checkouts: Checkouts
    #: On the kit's own connection: for the page and the worker.
    checkouts: Checkouts
    quoting: Quoting
    invoicing: Invoicing
    detection: Detection
    delivering: Delivering
    outgoing: Outgoing
    rates: Rates
    reporting: Reporting
    customers: Customers
    wallets: Wallets
    withdrawals: Withdrawals
    withdrawal_resolving: WithdrawalResolving
    resealing: Resealing
    desk: CheckoutDesk
    links: Links
    counter: Counter
    api_keys: ApiKeys
    once: OnceOnly
    stores: Stores
    work: DueWork
    loop: WorkerLoop
    #: Whether no real money is involved, as far as the configuration tells.
    is_test_mode: bool

    def init_db(self) -> str:
        """Bring the database up to date.

        :return: the revision that it is at.
        """
        revision = upgrade_schema(self.database)
        with self.basis.units.write() as unit:
            unit.health.installation_id(self.basis.clock.now())
            unit.commit()
        self.session.prove()
        return revision


def wire(
    app: Flask,
    configuration: Configuration,
    *,
    session: Any = None,
    clock: Clock | None = None,
    plugins: Sequence[tuple[str, type]] = (),
) -> Services:
    """Make the services of one app; neither the database nor a provider is called.

    :param plugins: plugin classes without an entry point, by name.
    :raises ConfigurationError: if a plugin's settings are wrong.
    :raises PluginError: if a plugin can't be loaded.
    """
    clock = clock or SystemClock()
    fallbacks = app.config.get("SECRET_KEY_FALLBACKS") or ()
    database = Database(configuration.database_url)
    shop: ShopSession | NoSession = NoSession(database)
    if session is not None:
        shop = ShopSession(session, database, app.app_context)
    box = SecretBox.from_app_keys(
        configuration.encryption_keys,
        [key for key in (app.secret_key, *fallbacks) if key],
    )
    units = UnitOfWorkFactory(database, box=box)

    def note_breaker(provider: str, is_open: bool, problem: str | None) -> None:
        try:
            with units.write() as unit:
                unit.health.note_breaker(
                    provider, is_open=is_open, problem=problem, now=clock.now()
                )
                unit.commit()
        except CheckoutKitError as err:
            # The call that opened the breaker must not fail for a note about it.
            logger.warning("noting the breaker of %s: %s", provider, err)

    loaded = load_plugins(
        configuration.plugins,
        lambda name: ProviderContext(name, configuration.webhook_url(name), clock),
        plugins,
    )
    registry = PluginRegistry(loaded, clock, note_breaker, configuration.page_url)
    basis = Basis(units, registry, clock, configuration.policy)
    joined = Basis(
        UnitOfWorkFactory(database, shop.connection, box),
        registry,
        clock,
        configuration.policy,
    )
    # The announcer needs to know who settles, and settling has something to announce.
    announcer = Announcer(lambda invoice: settling.settler_of(invoice))
    settling = Settling(basis, announcer)
    checkouts = Checkouts(basis, announcer)
    quoting = Quoting(basis)
    invoicing = Invoicing(basis, quoting, announcer)
    detection = Detection(basis, Recorder(basis, announcer))
    links = Links(basis, checkouts)
    once, rates = OnceOnly(units), Rates(basis)
    api_keys = ApiKeys(units, box)
    outgoing = wire_outgoing(app, basis, configuration, api_keys)
    delivering = Delivering(basis, shop, outgoing.outlets)
    wallets = Wallets(basis)
    sender = WithdrawalSender(basis)
    work = DueWork(
        clock,
        invoicing,
        detection,
        settling,
        checkouts,
        delivering,
        WebhookInbox(basis),
        once,
        outgoing.sending,
        outgoing.lanes,
        sender,
    )

    def hold_lease(name: str, token: str, seconds: int) -> bool:
        with units.write() as unit:
            held = unit.health.hold_lease(name, token, seconds=seconds)
            unit.commit()
        return held

    return Services(
        configuration=configuration,
        database=database,
        session=shop,
        basis=basis,
        registry=registry,
        shop_checkouts=Checkouts(joined, announcer),
        checkouts=checkouts,
        quoting=quoting,
        invoicing=invoicing,
        detection=detection,
        delivering=delivering,
        outgoing=outgoing,
        reporting=Reporting(basis),
        rates=rates,
        customers=Customers(basis),
        wallets=wallets,
        withdrawals=Withdrawals(basis, wallets, sender),
        withdrawal_resolving=WithdrawalResolving(basis),
        resealing=Resealing(units),
        desk=CheckoutDesk(basis, checkouts, quoting, invoicing, delivering),
        links=links,
        counter=Counter(
            Offers(basis, checkouts), links, basis.clock, configuration.page_url
        ),
        api_keys=api_keys,
        once=once,
        stores=Stores(
            basis,
            announcer,
            quoting,
            invoicing,
            Catalogue(quoting, configuration.api.currencies),
            Exchange(rates, QuotedRates(quoting, clock)),
            configuration.page_url,
        ),
        work=work,
        loop=WorkerLoop(work, hold_lease),
        is_test_mode=app.debug or app.testing or configuration.is_test_mode,
    )
