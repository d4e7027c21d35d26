"""Stores: the services that whoever holds a key of one store may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from checkout_kit.services.announcing import Announcer
from checkout_kit.services.basis import Basis
from checkout_kit.services.catalogue import Catalogue
from checkout_kit.services.checkouts import Checkouts
from checkout_kit.services.customers import Customers
from checkout_kit.services.event_log import EventLog
from checkout_kit.services.exchange import Exchange
from checkout_kit.services.invoicing import Invoicing
from checkout_kit.services.payments import Payments
from checkout_kit.services.quoting import Quoting
from checkout_kit.services.wallets import Wallets
from checkout_kit.services.withdrawals import Withdrawals
from checkout_kit.services.withdrawing import WithdrawalSender


@dataclass(frozen=True, slots=True)
class Store:
    """One store's services; they find and make its own objects only."""

    id: str
    checkouts: Checkouts
    payments: Payments
    catalogue: Catalogue
    exchange: Exchange
    quoting: Quoting
    invoicing: Invoicing
    event_log: EventLog
    customers: Customers
    wallets: Wallets
    withdrawals: Withdrawals
    #: The address of a checkout's page, by its token.
    page_url: Callable[[str], str]


class Stores:
    """Makes the services of each store, on first use."""

    def __init__(
        self,
        basis: Basis,
        announcer: Announcer,
        quoting: Quoting,
        invoicing: Invoicing,
        catalogue: Catalogue,
        exchange: Exchange,
        page_url: Callable[[str], str],
    ) -> None:
        self._basis = basis
        self._announcer = announcer
        self._quoting = quoting
        self._invoicing = invoicing
        self._catalogue = catalogue
        self._exchange = exchange
        self._page_url = page_url
        self.of = lru_cache(maxsize=1024)(self._make)

    def _make(self, store_id: str, api_key_id: str | None = None) -> Store:
        """The services of a store, as one of its keys uses them."""
        policy = replace(self._basis.policy, store_id=store_id)
        basis = replace(self._basis, policy=policy)
        wallets = Wallets(basis)
        return Store(
            id=store_id,
            checkouts=Checkouts(basis, self._announcer, api_key_id=api_key_id),
            payments=Payments(basis),
            # The same for every store: so are the enabled plugins.
            catalogue=self._catalogue,
            exchange=self._exchange,
            # Both go by the checkout that they are handed.
            quoting=self._quoting,
            invoicing=self._invoicing,
            event_log=EventLog(basis),
            customers=Customers(basis),
            wallets=wallets,
            # Sending goes by what a withdrawal itself says.
            withdrawals=Withdrawals(basis, wallets, WithdrawalSender(basis)),
            page_url=self._page_url,
        )
