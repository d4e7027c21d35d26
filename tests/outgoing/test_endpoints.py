"""Endpoints: what they get, how it is signed, and what their answers mean."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from checkout_kit import InputError, NotFoundError
from checkout_kit.domain.delivery import DeliveryStatus
from checkout_kit.services.schedule import SEND_FOR, SEND_PAUSES
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from tests.fakes.receiver import Receiver
from tests.outgoing.conftest import Sender


def test_the_official_library_accepts_what_is_sent(
    sender: Sender, receiver: Receiver
) -> None:
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    checkout_id = sender.create(reference="ordre № 42")
    sender.kit.run_due()
    (got,) = receiver.at("/hook")
    # The library looks at the machine's clock; the kit's stands still in tests.
    webhook = Webhook(endpoint.secret)
    sent_at = sender.services.basis.clock.now()
    webhook._Webhook__verify_timestamp = lambda header: sent_at  # type: ignore[attr-defined]
    told = webhook.verify(got.body, dict(got.headers))
    assert told["type"] == "checkout.created"
    assert told["data"]["checkout_id"] == checkout_id
    assert told["data"]["reference"] == "ordre № 42"
    assert told["id"] == got.headers["webhook-id"]
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        webhook.verify(got.body + b" ", dict(got.headers))


def test_only_what_was_asked_for_is_sent(sender: Sender, receiver: Receiver) -> None:
    endpoints = sender.outgoing.endpoints
    endpoints.add(f"{receiver.url}/paid", ["checkout.paid"])
    endpoints.add(f"{receiver.url}/group", ["invoice.*", "checkout.paid"])
    endpoints.add(f"{receiver.url}/all")
    sender.pay(sender.create())
    sender.kit.run_due()

    def types(path: str) -> list[str]:
        return [json.loads(got.body)["type"] for got in receiver.at(path)]

    assert types("/paid") == ["checkout.paid"]
    assert (
        sorted(types("/group"))
        == [
            "checkout.paid",
            "invoice.created",
            # Written by settling, one pass later.
        ]
        or types("/group")[:2] == ["invoice.created", "checkout.paid"]
    )
    assert types("/all")[:2] == ["checkout.created", "invoice.created"]
    # One at a time, the oldest first.
    sequences = [json.loads(got.body)["sequence"] for got in receiver.at("/all")]
    assert sequences == sorted(sequences)


def test_a_new_endpoint_hears_of_nothing_old(
    sender: Sender, receiver: Receiver
) -> None:
    sender.create()
    sender.kit.run_due()
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    sender.kit.run_due()
    assert receiver.requests == []


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_what_fails_comes_again_with_the_same_id_and_a_new_time(
    sender: Sender, receiver: Receiver, clock: FakeClock, status: int
) -> None:
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    receiver.answers["/hook"] = [(status, {"Location": f"{receiver.url}/other"})]
    sender.create()
    sender.kit.run_due()
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 1
    clock.advance(6)
    sender.kit.run_due()
    first, second = receiver.at("/hook")
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert first.body == second.body
    assert receiver.at("/other") == []
    clock.advance(3600)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 2


def test_a_dead_receiver_is_tried_for_two_days_and_then_given_up(
    sender: Sender,
    receiver: Receiver,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sender.outgoing.endpoints.add(f"{receiver.url}/hook", ["checkout.created"])
    receiver.answers["/hook"] = [500] * 100
    sender.create()
    sender.kit.run_due()
    log = sender.outgoing.event_log
    (event,) = log.page()
    began = clock.now()
    while (due := log.look_up(event.id)[1][0].next_attempt_at) is not None:
        clock.advance((due - clock.now()).total_seconds())
        sender.outgoing.lanes.send_all()
    assert clock.now() == began + SEND_FOR
    (state,) = sender.outgoing.event_log.dead()
    # The first attempt, one after each pause, and the last one when time is over.
    assert len(SEND_PAUSES) <= state.attempts <= len(SEND_PAUSES) + 2
    assert len(receiver.at("/hook")) == state.attempts
    assert state.problem == "answered with status 500"
    assert "given up" in caplog.text


def test_retry_after_is_honoured_for_the_whole_receiver(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    receiver.answers["/hook"] = [(429, {"Retry-After": "600"})]
    sender.create()
    sender.create()
    sender.kit.run_due()
    clock.advance(590)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 1
    clock.advance(20)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 3


def test_gone_disables_the_endpoint_loudly(
    sender: Sender,
    receiver: Receiver,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    endpoints = sender.outgoing.endpoints
    endpoint = endpoints.add(f"{receiver.url}/hook")
    receiver.answers["/hook"] = [410]
    sender.create()
    sender.create()
    sender.kit.run_due()
    (listed,) = endpoints.list()
    assert not listed.is_enabled
    assert "410" in (listed.problem or "")
    assert [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert "endpoints enable" in caplog.text
    sender.create()
    clock.advance(86400)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 1
    # Both that were pending are dead letters; the third was never meant for it.
    assert len(sender.outgoing.event_log.dead()) == 2
    endpoints.enable(endpoint.id)
    assert sender.outgoing.event_log.redeliver_dead(endpoint.id) == 2
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 3
    assert sender.outgoing.event_log.dead() == []


def test_after_a_rotation_both_secrets_sign_for_a_while(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    endpoints = sender.outgoing.endpoints
    old = endpoints.add(f"{receiver.url}/hook", ["checkout.created"])
    new = endpoints.rotate(old.id, overlap=timedelta(hours=1))
    assert new.secret != old.secret
    sender.create()
    sender.kit.run_due()
    clock.advance(3601)
    sender.create()
    sender.kit.run_due()
    both, one = receiver.at("/hook")

    def signs(secret: str, got_signature: str, index: int) -> bool:
        got = (both, one)[index]
        from datetime import datetime, timezone

        sent_at = datetime.fromtimestamp(
            int(got.headers["webhook-timestamp"]), timezone.utc
        )
        made = Webhook(secret).sign(
            got.headers["webhook-id"], sent_at, got.body.decode()
        )
        return made in got_signature.split(" ")

    assert signs(old.secret, both.headers["webhook-signature"], 0)
    assert signs(new.secret, both.headers["webhook-signature"], 0)
    assert signs(new.secret, one.headers["webhook-signature"], 1)
    assert len(one.headers["webhook-signature"].split(" ")) == 1


def test_secrets_are_encrypted_where_they_are_kept(
    sender: Sender, receiver: Receiver
) -> None:
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    rotated = sender.outgoing.endpoints.rotate(endpoint.id)
    with sender.services.database.transaction(write=False) as connection:
        row = connection.execute(select(tables.endpoint)).one()
    kept = " ".join(map(str, row))
    for secret in (endpoint.secret, rotated.secret):
        assert secret.removeprefix("whsec_") not in kept
        assert secret not in repr(rotated)
    with sender.services.basis.units.read() as unit:
        found = unit.endpoints.find(endpoint.id)
    assert found is not None
    assert (found.secret, found.previous_secret) == (rotated.secret, endpoint.secret)


def test_a_redelivery_goes_to_the_endpoint_that_is_named(
    sender: Sender, receiver: Receiver
) -> None:
    checkout_id = sender.create()
    sender.kit.run_due()
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/late")
    (event,) = sender.kit.list_events(checkout_id)
    assert sender.outgoing.event_log.redeliver(event.id, endpoint.id) == 1
    assert sender.outgoing.event_log.redeliver(event.id, endpoint.id) == 1
    sender.kit.run_due()
    (got,) = receiver.at("/late")
    assert got.headers["webhook-id"] == event.id
    assert sender.outgoing.event_log.redeliver(event.id) == 0
    with pytest.raises(NotFoundError):
        sender.outgoing.event_log.redeliver("0" * 32)
    with pytest.raises(NotFoundError):
        sender.outgoing.event_log.redeliver(event.id, "we_unknown")


def test_a_removed_endpoint_gets_nothing_more(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    receiver.answers["/hook"] = [500]
    sender.create()
    sender.kit.run_due()
    sender.outgoing.endpoints.remove(endpoint.id)
    clock.advance(10)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 1
    assert sender.outgoing.endpoints.list() == []
    assert sender.outgoing.event_log.dead() == []


def test_the_log_tells_of_each_attempt_in_few_words(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    endpoint = sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    receiver.answers["/hook"] = [503]
    checkout_id = sender.create()
    sender.kit.run_due()
    clock.advance(6)
    sender.kit.run_due()
    clock.advance(60)
    sender.kit.run_due()
    (event,) = sender.kit.list_events(checkout_id)
    _, states, attempts = sender.outgoing.event_log.look_up(event.id)
    assert [(a.status, a.answer) for a in attempts] == [(503, "noted"), (200, "noted")]
    assert all(a.subscriber == f"endpoint:{endpoint.id}" for a in attempts)
    assert [s.status for s in states] == [DeliveryStatus.DELIVERED]


def test_old_deliveries_and_their_log_are_forgotten(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    checkout_id = sender.create()
    sender.kit.run_due()
    (event,) = sender.kit.list_events(checkout_id)
    clock.advance(29 * 86400)
    sender.kit.run_due()
    assert sender.outgoing.event_log.look_up(event.id)[1]
    clock.advance(2 * 86400)
    report = sender.kit.run_due()
    assert report.deliveries_forgotten
    found, states, attempts = sender.outgoing.event_log.look_up(event.id)
    assert (found.id, states, attempts) == (event.id, [], [])
    clock.advance(86400)
    sender.kit.run_due()
    # Forgotten, not sent again.
    assert json.loads(receiver.at("/hook")[0].body)["id"] == event.id
    assert len([r for r in receiver.at("/hook") if event.id in r.body.decode()]) == 1


@pytest.mark.parametrize(
    ("url", "types", "field"),
    [
        ("http://10.0.0.1/", [], "url"),
        ("ftp://shop.example/", [], "url"),
        ("https://user@shop.example/", [], "url"),
        ("https://shop.example/", ["checkout.payed"], "events"),
        ("https://shop.example/", ["*"], "events"),
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused(
    sender: Sender, url: str, types: list[str], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        sender.outgoing.endpoints.add(url, types)
    assert caught.value.field == field
    assert sender.outgoing.endpoints.list() == []


@pytest.mark.parametrize("secret", ["", "abc", "whsec_", "whsec_AAAA", "whsec_%%%%"])
def test_a_secret_that_can_not_sign_is_refused(sender: Sender, secret: str) -> None:
    with pytest.raises(InputError, match="secret"):
        sender.outgoing.endpoints.add("https://shop.example/", secret=secret)


def test_the_largest_event_fits_a_webhook(sender: Sender, receiver: Receiver) -> None:
    """Standard Webhooks asks for bodies below 20 kB."""
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    sender.create(metadata={"x": "y" * 16_300}, reference="€" * 200)
    sender.kit.run_due()
    (got,) = receiver.at("/hook")
    assert 16_300 < len(got.body) < 20_000


def test_pauses_add_up_to_two_days() -> None:
    total = sum(SEND_PAUSES, timedelta())
    assert SEND_FOR - timedelta(hours=1) < total <= SEND_FOR
    assert list(SEND_PAUSES) == sorted(SEND_PAUSES)
