"""Attacks by those who are told of events, and by those who name where to."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from checkout_kit.http.guard import AddressGuard
from checkout_kit.http.sender import Sender as GuardedSender
from checkout_kit.services.outlets.endpoints import EndpointOutlet
from checkout_kit.testing.clock import FakeClock
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.scripted import Script, scripted_kit
from tests.http.test_guard import Names
from tests.outgoing.conftest import Sender


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server inside: nothing may reach it unless it is allowed."""
    with receiving() as made:
        yield made


@pytest.fixture
def sender(migrated_database_url: str, clock: FakeClock) -> Iterator[Sender]:
    """A kit that may send to the public Internet alone."""
    script = Script()
    kit, app = scripted_kit(migrated_database_url, clock, script)
    services = app.extensions["checkout_kit"]
    with app.app_context():
        yield Sender(kit, services, script)
    services.database.dispose()


def _resolve_to(
    sender: Sender, *answers: list[str], allowed: tuple[str, ...] = ()
) -> Names:
    names = Names(*answers)
    for outlet in sender.outgoing.outlets:
        if isinstance(outlet, EndpointOutlet):
            outlet._poster = GuardedSender(AddressGuard(allowed, resolve=names))
    return names


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_no_webhook_reaches_a_private_network(
    sender: Sender, receiver: Receiver, address: str
) -> None:
    """A name that looked public when it was taken in, and leads inside."""
    sender.outgoing.endpoints.add("https://hooks.example/")
    _resolve_to(sender, [address], ["93.184.215.14", address])
    checkout_id = sender.create()
    sender.kit.run_due()
    (event,) = sender.kit.list_events(checkout_id)
    (attempt,) = sender.outgoing.event_log.look_up(event.id)[2]
    assert "public Internet" in attempt.problem
    assert receiver.requests == []


def test_a_webhook_follows_no_redirect_inside(
    sender: Sender, receiver: Receiver
) -> None:
    receiver.answers["/hook"] = [(307, {"Location": f"{receiver.url}/inside"})]
    sender.outgoing.endpoints._check_url = lambda field, url: str(url)
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    _resolve_to(sender, ["127.0.0.1"], ["127.0.0.1"], allowed=("127.0.0.0/8",))
    sender.create()
    sender.kit.run_due()
    assert [got.path for got in receiver.requests] == ["/hook"]


def test_no_secret_of_a_webhook_is_logged(
    sender: Sender, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender.outgoing.endpoints._check_url = lambda field, url: str(url)
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/hook?token=canary-token")
    _resolve_to(sender, *[["127.0.0.1"]] * 3, allowed=("127.0.0.0/8",))
    receiver.answers["/hook"] = [410]
    checkout_id = sender.create()
    sender.kit.run_due()
    (got,) = receiver.at("/hook")
    (event,) = sender.kit.list_events(checkout_id)
    told = repr(sender.outgoing.event_log.look_up(event.id)) + repr(endpoint)
    # The receiver is a server of the test's, which logs its own requests.
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "werkzeug"
    )
    for secret in (endpoint.secret, got.headers["webhook-signature"], "canary-token"):
        assert secret not in logged
    assert endpoint.secret not in told
    assert got.headers["webhook-signature"] not in told
