"""A shop whose orders share the kit's database, and whose provider keeps its books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Mapped, mapped_column

from checkout_kit import (
    Checkout,
    CheckoutKit,
    Clock,
    Event,
    ProviderError,
    ProviderRefused,
    WebhookRequest,
    WithdrawalState,
    WithdrawalTarget,
)
from checkout_kit.domain.mail import Mail
from checkout_kit.errors import SendFailed
from checkout_kit.http.sender import SendAnswer
from checkout_kit.services.outlets.checkout_webhook import CheckoutWebhook
from checkout_kit.services.outlets.endpoints import EndpointOutlet
from checkout_kit.services.outlets.mails import MailOutlet
from checkout_kit.wiring import Services
from tests.crash.books_plugin import NAME, books_plugin
from tests.crash.provider_books import ProviderBooks
from tests.fakes.scripted import ADDRESS, BTC, ten_dollars

#: The merchant's own address.
TARGET = WithdrawalTarget(BTC, address=ADDRESS)


class HandlerFails(RuntimeError):
    """Raised by the shop's handler where a story wants it."""


class BooksPoster:
    """Hands webhooks to the provider's books, which stand in for whoever hears them."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> SendAnswer:
        """Send a webhook; one that is refused is too much at once."""
        try:
            self._take(headers["webhook-id"])
        except ProviderRefused:
            return SendAnswer(429, "", retry_after=30)
        except ProviderError as err:
            raise SendFailed(str(err)) from None
        return SendAnswer(200, "")


class BooksMailServer:
    """Hands mails to the provider's books, which stand in for a mail server."""

    def __init__(self, books: ProviderBooks) -> None:
        self._books = books

    def send(self, mail: Mail, now: datetime) -> None:
        """Hand a mail over; the server may fail, or its answer be lost."""
        try:
            self._books.take_mail(mail.id)
        except ProviderError as err:
            raise SendFailed(str(err)) from None


class BooksShop:
    """One process of the shop: made anew after a crash, on the same two files."""

    def __init__(
        self, database_url: str, books: Path, clock: Clock, **config: Any
    ) -> None:
        self.books = ProviderBooks(books, clock)
        self.db = SQLAlchemy()
        self.app = Flask("books_shop")
        self.app.config.update(
            TESTING=True,
            SECRET_KEY="not a secret",
            SQLALCHEMY_DATABASE_URI=database_url,
            CHECKOUT_KIT_DATABASE_URL=database_url,
            CHECKOUT_KIT_PLUGINS={NAME: {}},
            CHECKOUT_KIT_PUBLIC_URL="https://shop.example",
            CHECKOUT_KIT_PROVIDER_DEADLINE=30,
            CHECKOUT_KIT_WEBHOOK_SECRET="not a secret either",
            CHECKOUT_KIT_MAIL={
                "host": "mail.example",
                "sender": "shop@shop.example",
                "merchant": "books@shop.example",
                "messages": {"receipt": ["merchant"]},
            },
            # A story that lasts a month counts its deliveries in the end.
            CHECKOUT_KIT_DELIVERY_RETENTION=90 * 86_400,
            # Longer than any story's outage: what is committed again still can be.
            CHECKOUT_KIT_WITHDRAWAL_WINDOW=86_400,
        )
        self.app.config.update(config)
        self.db.init_app(self.app)
        self.kit = CheckoutKit(
            self.app,
            clock=clock,
            session=self.db.session,
            plugins=[(NAME, books_plugin(self.books))],
        )
        for outlet in self.services.outgoing.outlets:
            if isinstance(outlet, EndpointOutlet):
                outlet._poster = BooksPoster(lambda id: self.books.take_webhook(id))
            elif isinstance(outlet, CheckoutWebhook):
                outlet._poster = BooksPoster(
                    lambda id: self.books.take_checkout_webhook(id)
                )
            elif isinstance(outlet, MailOutlet):
                outlet._transport = BooksMailServer(self.books)
        self.kit.on("checkout.paid")(self.pay_the_order)
        self.kit.on("invoice.settled")(self.book_the_money)

        class Order(self.db.Model):  # type: ignore[name-defined, misc]
            id: Mapped[int] = mapped_column(primary_key=True)
            checkout_id: Mapped[str | None]
            times_paid: Mapped[int] = mapped_column(default=0)
            times_settled: Mapped[int] = mapped_column(default=0)

        self.order_class: Any = Order

    @property
    def services(self) -> Services:
        """The kit's services."""
        found: Services = self.app.extensions["checkout_kit"]
        return found

    def set_up(self) -> None:
        """Make all tables."""
        with self.app.app_context():
            self.db.create_all()
            self.kit.init_db()
            endpoints = self.services.outgoing.endpoints
            if not endpoints.list():
                endpoints.add("https://books.example/hook")

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            self.db.session.remove()
            self.db.engine.dispose()
        self.services.database.dispose()

    def pay_the_order(self, event: Event, session: Any) -> None:
        """The shop's handler: an order is paid once, whatever happens."""
        order = session.get(self.order_class, int(event.data["reference"]))
        order.times_paid += 1
        session.flush()
        if self.books.take_flag("handler"):
            raise HandlerFails

    def book_the_money(self, event: Event, session: Any) -> None:
        """The shop's other handler."""
        order = session.get(self.order_class, int(event.data["reference"]))
        order.times_settled += 1

    def make_order(self, number: int = 1) -> Checkout:
        """Make an order and its checkout in one transaction, unless they are there."""
        with self.app.app_context():
            session = self.db.session
            order = session.get(self.order_class, number)
            if order is None:
                order = self.order_class(id=number)
                session.add(order)
                checkout = self.kit.create_checkout(
                    ten_dollars(),
                    reference=str(number),
                    webhook_url="https://books.example/checkout",
                )
                order.checkout_id = checkout.id
                session.commit()
                return checkout
            return self.kit.get_checkout(order.checkout_id)

    def resolve(self, checkout_id: str) -> None:
        """Have an operator resolve a checkout, in a transaction of the shop's."""
        with self.app.app_context():
            self.kit.resolve_checkout(checkout_id)
            self.db.session.commit()

    def withdraw(self, key: str, *, commit: bool) -> None:
        """Withdraw once for each key, whatever happened to earlier attempts."""
        with self.app.app_context():
            order = self.kit.create_withdrawal(
                f"{NAME}/main", "0.1", TARGET, idempotency_key=key
            )
            if commit and order.state is WithdrawalState.PENDING_API_COMMIT:
                self.kit.commit_withdrawal(order.id)

    def send_webhook(self, reference: str) -> None:
        """Let the provider tell of something new."""
        with self.app.app_context():
            body = reference.encode()
            request = WebhookRequest("POST", "", {}, body, "127.0.0.1")
            self.kit.receive_webhook(NAME, request)

    def open_page(self, token: str) -> None:
        """Open the hosted page and see what paying costs."""
        with self.app.app_context():
            checkout = self.services.desk.open_page(token)
            if not checkout.invoices:
                self.services.desk.list_quotes(checkout)

    def poll(self, token: str) -> None:
        """Ask for the status, as an open page does."""
        self.services.desk.read_status(token)

    def cancel(self, token: str) -> None:
        """Press the page's cancel button; money may have been seen in the meantime."""
        from checkout_kit import InvalidTransition

        with suppress(InvalidTransition):
            self.services.desk.cancel(token)
