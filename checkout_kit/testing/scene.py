"""The scene: one shop with its database, the provider under test, and its bench."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from flask import Flask

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    Event,
    Invoice,
    InvoiceStatus,
    LineItem,
    Money,
    NotSupported,
    Quote,
    WebhookRequest,
    WithdrawalOrder,
    WithdrawalRequest,
)
from checkout_kit.testing.bench import DEADLINE, ProviderUnderTest
from checkout_kit.testing.blank import prepare_database
from checkout_kit.testing.loopback import LoopbackServer
from checkout_kit.testing.probe import PROBE_NAME, Probe, ProbePlugin
from checkout_kit.testing.settler import SETTLER_NAME, SettlerPlugin
from checkout_kit.testing.till import TILL_NAME, Till, TillPlugin

# Long enough for the kit to look again, short enough to stay inside every window.
_PAUSE = 10
# Of every process of the shop alike: what one has encrypted another reads.
_SECRET_KEY = secrets.token_hex(16)
_CLAIMED_TABLES = ("invoice", "settlement", "withdrawal", "delivery", "lease")


class Scene:
    """One shop that is paid through the provider under test, or settled by it.

    It works through the real kit on a database file in ``folder``; :meth:`reopened`
    gives a second one on the same file, as another process of the shop would be.
    """

    def __init__(
        self,
        provider: ProviderUnderTest,
        folder: Path,
        *,
        deadline: float = DEADLINE,
        database: str = "shop.sqlite3",
        is_settled_elsewhere: bool = False,
        till: Till | None = None,
    ) -> None:
        self.provider = provider
        self.bench = provider.bench
        if till is None and not provider.bench.takes_payments:
            till = Till()
        self._till = till
        self.probe = Probe()
        self._folder = folder
        self._database = folder / database
        self.app = Flask("conformance")
        self.app.testing = True
        self.app.config.update(
            SECRET_KEY=_SECRET_KEY,
            CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{self._database}",
            CHECKOUT_KIT_PLUGINS={
                provider.name: dict(provider.settings),
                PROBE_NAME: {"probe": self.probe},
            },
            CHECKOUT_KIT_PUBLIC_URL=provider.public_url,
            CHECKOUT_KIT_PROVIDER_DEADLINE=deadline,
            CHECKOUT_KIT_WORKER="external",
        )
        plugins: list[tuple[str, type]] = [(PROBE_NAME, ProbePlugin)]
        if is_settled_elsewhere:
            plugins.append((SETTLER_NAME, SettlerPlugin))
            self.app.config["CHECKOUT_KIT_PLUGINS"][SETTLER_NAME] = {}
            self.app.config["CHECKOUT_KIT_SETTLEMENT"] = SETTLER_NAME
        if till is not None:
            plugins.append((TILL_NAME, TillPlugin))
            self.app.config["CHECKOUT_KIT_PLUGINS"][TILL_NAME] = {"till": till}
            self.app.config["CHECKOUT_KIT_SETTLEMENT"] = provider.name
        if provider.plugin is not None:
            plugins.append((provider.name, provider.plugin))
        self.kit = CheckoutKit(self.app, clock=self.bench.clock, plugins=plugins)
        prepare_database(self.kit, self._database)

    def reopened(self, *, deadline: float = DEADLINE) -> Scene:
        """The same shop in a process of its own."""
        return Scene(
            self.provider,
            self._folder,
            deadline=deadline,
            database=self._database.name,
            till=self._till,
        )

    def over_untrusted_tls(self, server: LoopbackServer) -> Scene:
        """The same shop, whose provider is now whoever this server stands for."""
        usual = self.bench.server
        if usual is None:
            raise NotSupported("its simulator is not served over HTTP")
        settings = {
            name: value.replace(usual.url, server.url)
            if isinstance(value, str)
            else value
            for name, value in self.provider.settings.items()
        }
        provider = replace(self.provider, settings=settings)
        return Scene(provider, self._folder, database=self._database.name)

    def other_shop(self) -> Scene:
        """Another shop, with another database, at the same provider account."""
        return Scene(self.provider, self._folder, database="other-shop.sqlite3")

    def settled_elsewhere(self) -> Scene:
        """A shop of its own, for which a second plugin settles."""
        return Scene(
            self.provider,
            self._folder,
            database="settled-elsewhere.sqlite3",
            is_settled_elsewhere=True,
        )

    def close(self) -> None:
        """Let the provider's last answers come in, and close the shop."""
        self.wait_for_provider_calls()
        self.kit.close()

    def wait_for_provider_calls(self) -> None:
        """Wait until no call to the provider is under way any more."""
        prefix = f"checkout-kit-{self.provider.name}-"
        for thread in threading.enumerate():
            if thread.name.startswith(prefix):
                thread.join(DEADLINE)

    def let_claims_run_out(self) -> None:
        """Let what a process had claimed be free again, as some time after a crash.

        Claims run out in the database's own time, which a test can't move.
        """
        with closing(sqlite3.connect(self._database, timeout=5)) as connection:
            for table in _CLAIMED_TABLES:
                # The names are constants of this module.
                statement = f"UPDATE checkout_kit_{table} SET claim_until = 0"  # noqa: S608
                connection.execute(statement)
            connection.commit()

    def open_checkout(self) -> Checkout:
        """A new checkout of one T-shirt."""
        item = LineItem("T-Shirt", self.provider.total)
        return self.kit.create_checkout(
            Charge(currency=self.provider.currency, line_items=[item])
        )

    def quotes(self, checkout_id: str) -> Sequence[Quote]:
        """What the provider quotes at present, or the till in its stead."""
        asked = self.provider.name if self._till is None else TILL_NAME
        return [
            quote
            for quote in self.kit.list_quotes(checkout_id)
            if quote.method.provider == asked
        ]

    def pick_method(self, checkout_id: str) -> str:
        """The method that is paid with where it does not matter."""
        quotes = self.quotes(checkout_id)
        assert quotes, "the provider quotes no payment method for this charge"
        wanted = self.provider.method or quotes[0].method.currency.code
        ids = [q.method.id for q in quotes if q.method.currency.code == wanted]
        assert ids, f"the provider does not quote {wanted}"
        return ids[0]

    def commit(self, checkout_id: str, method_id: str | None = None) -> Invoice:
        """Choose a method; the invoice is open at once."""
        chosen = method_id or self.pick_method(checkout_id)
        invoice = self.kit.commit_checkout(checkout_id, chosen)
        assert invoice.status is InvoiceStatus.OPEN, "the provider made no invoice"
        return invoice

    def open_invoice(self) -> Invoice:
        """A new checkout whose buyer has chosen a method."""
        return self.commit(self.open_checkout().id)

    def pay(self, invoice: Invoice) -> None:
        """Let the buyer pay exactly, through whoever takes the payment in."""
        if self._till is None:
            self.bench.pay(invoice)
        else:
            self._till.take(invoice)

    def wallet_id(self, plan: WithdrawalRequest) -> str:
        """The kit's id of the wallet that a planned withdrawal is to come from."""
        return f"{self.provider.name}/{plan.wallet}"

    def make_withdrawal(self, *, least_received: int | None = None) -> WithdrawalOrder:
        """A new withdrawal that the account can pay; nobody has committed it."""
        plan = self.bench.plan_withdrawal()
        return self.kit.create_withdrawal(
            self.wallet_id(plan),
            plan.amount.amount,
            plan.target,
            least_received=least_received,
            options=plan.options,
        )

    def open_invoices_with_memo(self) -> Sequence[Invoice]:
        """One new checkout for each method whose instructions show a memo or a tag."""
        quotes = self.quotes(self.open_checkout().id)
        opened = [
            self.commit(self.open_checkout().id, quote.method.id) for quote in quotes
        ]
        found = [i for i in opened if i.instructions and i.instructions.needs_memo]
        if not found:
            raise NotSupported("no payment method of it has a memo or tag")
        return found

    def look(self, checkout_id: str) -> Checkout:
        """Let a little time pass, look at the provider, and do all that is due."""
        self.bench.advance(_PAUSE)
        self.kit.check_checkout(checkout_id)
        self.kit.run_due()
        return self.read(checkout_id)

    def work(self, seconds: float = 0) -> None:
        """Let time pass and do all that is due, as the worker does."""
        self.bench.advance(seconds)
        self.kit.run_due()

    def read(self, checkout_id: str) -> Checkout:
        """The checkout as the shop reads it; nobody is asked."""
        return self.kit.get_checkout(checkout_id)

    def newest_invoice(self, checkout_id: str) -> Invoice:
        """The invoice that the buyer is shown."""
        invoice = self.read(checkout_id).invoice
        assert invoice is not None, "the checkout has no invoice"
        return invoice

    def expire(self, invoice: Invoice) -> None:
        """Let the invoice's time run out."""
        left = invoice.expires_at - self.bench.clock.now()
        self.bench.advance(max(left.total_seconds(), 0) + 60)

    def part_of(self, invoice: Invoice, percent: int) -> Money:
        """About so many hundredths of what is to pay, to the last digit."""
        currency = invoice.amount.currency
        share = Money.round_down(invoice.amount.fraction * percent / 100, currency)
        # Never a round number: lost digits must show.
        return share - Money.smallest(currency)

    def events(self, checkout_id: str, type: str) -> Sequence[Event]:
        """The events of one type that a checkout has brought."""
        events = self.kit.list_events(checkout_id)
        return [event for event in events if event.type == type]

    def count_unmatched(self, external_id: str) -> int:
        """How often a deposit lies in the operators' inbox."""
        found = [deposit.external_id for deposit in self.kit.list_unmatched()]
        return found.count(external_id)

    def deliver(self, request: WebhookRequest) -> None:
        """Hand a webhook to the shop."""
        self.kit.receive_webhook(self.provider.name, request)
