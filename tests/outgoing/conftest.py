"""A kit whose events go to a receiver on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checkout_kit import CheckoutKit, PaymentObservation, PaymentStatus
from checkout_kit.outgoing import Outgoing
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.scripted import Script, scripted_kit, ten_dollars


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that notes what comes in."""
    with receiving() as made:
        yield made


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script()


class Sender:
    """A kit, and what its tests do with it again and again."""

    def __init__(self, kit: CheckoutKit, services: Services, script: Script) -> None:
        self.kit = kit
        self.services = services
        self.script = script

    @property
    def outgoing(self) -> Outgoing:
        """What sends."""
        return self.services.outgoing

    def create(self, **options: Any) -> str:
        """Make a checkout, and so an event."""
        return self.kit.create_checkout(ten_dollars(), **options).id

    def pay(self, checkout_id: str, share: str = "1") -> None:
        """Pay a part of what is due."""
        invoice = self.kit.commit_checkout(checkout_id, "scripted:BTC")
        amount = type(invoice.amount)(
            invoice.amount.amount * type(invoice.amount.amount)(share),
            invoice.amount.currency,
        )
        self.script.payments[invoice.id] = [
            PaymentObservation(f"d-{invoice.id}", amount, PaymentStatus.CONFIRMED)
        ]
        self.kit.check_checkout(checkout_id)


@pytest.fixture
def sender(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[Sender]:
    """A kit that may send to loopback."""
    kit, app = scripted_kit(
        migrated_database_url,
        clock,
        script,
        config={
            "CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS": ["127.0.0.0/8"],
        },
    )
    services = app.extensions["checkout_kit"]
    with app.app_context():
        yield Sender(kit, services, script)
    services.database.dispose()
