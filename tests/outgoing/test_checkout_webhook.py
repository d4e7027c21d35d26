"""The webhook of a checkout: COINQVEST's body and signature, old and new."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from checkout_kit import InputError
from checkout_kit.services.outlets.checkout_webhook import CheckoutWebhook
from checkout_kit.testing.clock import FakeClock
from tests.fakes.receiver import Receiver
from tests.fakes.scripted import Script, scripted_kit, ten_dollars
from tests.outgoing.conftest import Sender

SECRET = "a secret of the shop's"
#: The document's own attributes of WEBHOOK payment, in its order.
DOCUMENTED = [
    "id",
    "type",
    "state",
    "timestamp",
    "creditAssetCode",
    "creditAssetIssuer",
    "creditAmount",
    "sourceAssetCode",
    "sourceAssetIssuer",
    "sourceAmount",
    "sourceBlockchain",
    "sourceAccount",
    "sourceTxId",
    "customerId",
    "checkoutId",
]


def _told(receiver: Receiver, path: str = "/hook") -> list[dict[str, Any]]:
    return [json.loads(got.body) for got in receiver.at(path)]


def test_a_paid_checkout_is_told_and_signed(sender: Sender, receiver: Receiver) -> None:
    checkout_id = sender.create(webhook_url=f"{receiver.url}/hook", reference="42")
    sender.pay(checkout_id)
    sender.kit.run_due()
    (got,) = receiver.at("/hook")
    expected = hashlib.sha256(SECRET.encode() + got.body).hexdigest()
    assert got.headers["x-webhook-auth"] == expected
    told = json.loads(got.body)
    assert told["eventType"] == "CHECKOUT_COMPLETED"
    checkout = told["data"]["checkout"]
    assert checkout["id"] == checkout_id
    assert checkout["state"] == "COMPLETED"
    assert checkout["settlementAmountReceived"] == "10"
    assert checkout["reference"] == "42"
    (payment,) = checkout["payments"]
    assert payment["state"] == "RESOLVED"
    assert (payment["sourceAmount"], payment["sourceAssetCode"]) == ("0.0002", "BTC")
    assert payment["creditAmount"] == "10"
    # The key that made today's receivers ignore the retired body.
    assert "type" not in told


def test_the_documents_test_vector() -> None:
    from checkout_kit.domain.webhook_signature import sign_coinqvest

    signed = sign_coinqvest("SECRET", b'{"eventType":"CHECKOUT_COMPLETED"}')
    assert signed["X-Webhook-Auth"] == (
        "1b95375e1b354700db78011c214ffa8376ea516b7edc472d7b446f2a9d4d460e"
    )


def test_too_little_and_its_acceptance_are_told(
    sender: Sender, receiver: Receiver
) -> None:
    checkout_id = sender.create(webhook_url=f"{receiver.url}/hook")
    sender.pay(checkout_id, "0.5")
    sender.kit.run_due()
    sender.kit.resolve_checkout(checkout_id, accepted=True)
    sender.kit.run_due()
    first, second = _told(receiver)
    assert first["eventType"] == "CHECKOUT_UNDERPAID"
    assert first["data"]["checkout"]["settlementAmountReceived"] == "5"
    assert first["data"]["checkout"]["payments"][0]["state"] == "UNRESOLVED"
    assert second["eventType"] == "UNDERPAID_ACCEPTED"
    assert second["data"]["checkout"]["state"] == "RESOLVED"


def test_what_coinqvest_has_no_word_for_is_not_sent(
    sender: Sender, receiver: Receiver
) -> None:
    checkout_id = sender.create(webhook_url=f"{receiver.url}/hook")
    sender.kit.cancel_checkout(checkout_id)
    sender.kit.run_due()
    assert receiver.requests == []


def test_the_body_of_2020_can_be_chosen(sender: Sender, receiver: Receiver) -> None:
    for outlet in sender.outgoing.outlets:
        if isinstance(outlet, CheckoutWebhook):
            outlet._is_document_shape = True
    customer_id = sender.kit.save_customer("ada@example.com").id
    checkout_id = sender.create(
        webhook_url=f"{receiver.url}/hook", customer={"id": customer_id}
    )
    sender.pay(checkout_id)
    sender.kit.run_due()
    (told,) = _told(receiver)
    assert sorted(told) == sorted(DOCUMENTED)
    assert told["type"] == "PAYMENT"
    assert told["checkoutId"] == checkout_id
    assert told["customerId"] == customer_id
    assert told["creditAmount"] == "10"


def test_one_slow_host_holds_up_no_other_and_no_endpoint(
    sender: Sender, receiver: Receiver
) -> None:
    """Lanes are side by side: three receivers of half a second take that once."""
    import time

    receiver.delay = {"/a": 0.5, "/b": 0.5, "/c": 0.5}
    for path in receiver.delay:
        sender.outgoing.endpoints.add(f"{receiver.url}{path}", ["checkout.created"])
    sender.create()
    sender.services.delivering.dispatch()
    began = time.monotonic()
    assert sender.outgoing.lanes.send_all() == 3
    assert time.monotonic() - began < 1.4


def test_a_gone_webhook_is_not_tried_again(
    sender: Sender, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.answers["/hook"] = [410]
    sender.pay(sender.create(webhook_url=f"{receiver.url}/hook"))
    sender.kit.run_due()
    clock.advance(86_400)
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 1
    assert [state.subscriber for state in sender.outgoing.event_log.dead()] == [
        "webhook:checkout"
    ]


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "https://user@shop.example/", "javascript:alert(1)"]
)
def test_a_webhook_that_can_not_be_sent_is_refused(sender: Sender, url: str) -> None:
    with pytest.raises(InputError, match="webhook"):
        sender.create(webhook_url=url)
    assert sender.kit.list_checkouts() == []


def test_a_webhook_that_nothing_signs_is_refused(
    migrated_database_url: str, clock: FakeClock
) -> None:
    none = {"CHECKOUT_KIT_WEBHOOK_SECRET": None}
    kit, app = scripted_kit(migrated_database_url, clock, Script(), config=none)
    with app.app_context():
        with pytest.raises(InputError, match="CHECKOUT_KIT_WEBHOOK_SECRET"):
            kit.create_checkout(ten_dollars(), webhook_url="https://shop.example/hook")
        assert kit.list_checkouts() == []
    app.extensions["checkout_kit"].database.dispose()
