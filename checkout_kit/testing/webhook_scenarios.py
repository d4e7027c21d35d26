"""Scenarios of webhooks: genuine ones make the kit look, all others change nothing."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

import pytest

from checkout_kit import (
    CheckoutState,
    Invoice,
    NotSupported,
    WebhookRefused,
    WebhookRequest,
)
from checkout_kit.testing.length_extension import extend_sha256
from checkout_kit.testing.scene import Scene

_SHA256_HEX = re.compile(r"[0-9a-fA-F]{64}\Z")
# The attacker does not know the secret's length, and tries them all.
_SECRET_LENGTHS = range(1, 129)
# No check is due by itself so soon after one, and even a ping may cause one again.
_BETWEEN_CHECKS = 10.5


class WebhookScenarios:
    """A webhook is a hint where to look; what it says of money is never used."""

    def test_webhook_valid(self, scene: Scene) -> None:
        """A genuine webhook makes the kit look at once, and only look."""
        invoice = scene.open_invoice()
        scene.work(120)
        scene.bench.advance(_BETWEEN_CHECKS)
        request = _pay_and_hear(scene, invoice)
        looks = scene.probe.count("detect_payments")
        scene.work()
        scene.deliver(request)
        assert scene.probe.count("detect_payments") == looks
        assert scene.read(invoice.checkout_id).state is CheckoutState.NEW_CHARGE
        scene.work()
        assert scene.probe.count("detect_payments") == looks + 1
        assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED

    def test_webhook_forged(self, scene: Scene) -> None:
        """Whoever changes a byte, or signs nothing, is refused."""
        if not scene.bench.signs_webhooks:
            raise NotSupported("its webhooks are not signed")
        invoice = scene.open_invoice()
        genuine = _pay_and_hear(scene, invoice)
        for forged in (
            replace(genuine, body=genuine.body + b" "),
            replace(genuine, body=genuine.body[:-1]),
            replace(genuine, body=b""),
            replace(genuine, body=_with_one_digit_changed(genuine.body)),
            replace(genuine, headers={"content-type": "application/json"}),
        ):
            with pytest.raises(WebhookRefused):
                scene.deliver(forged)
        assert scene.read(invoice.checkout_id).state is CheckoutState.NEW_CHARGE

    def test_webhook_replayed(self, scene: Scene) -> None:
        """The same webhook again, at once or later, changes nothing."""
        invoice = scene.open_invoice()
        request = _pay_and_hear(scene, invoice)
        scene.deliver(request)
        for _ in range(2):
            checkout = scene.look(invoice.checkout_id)
        assert checkout.state is CheckoutState.COMPLETED
        events = scene.kit.list_events(checkout.id)
        for seconds in (0, 600):
            scene.bench.advance(seconds)
            # A provider that dates its webhooks may refuse an old one.
            with suppress(WebhookRefused):
                scene.deliver(request)
            scene.work()
        assert scene.kit.list_events(checkout.id) == events
        again = scene.read(checkout.id)
        assert again.status == checkout.status

    def test_webhook_length_extended(self, scene: Scene) -> None:
        """A signature continued without the secret is refused, if only as rubbish."""
        invoice = scene.open_invoice()
        genuine = _pay_and_hear(scene, invoice)
        signed = [h for h, value in genuine.headers.items() if _SHA256_HEX.match(value)]
        if not signed:
            raise NotSupported("its webhooks are not signed with a SHA-256 in hex")
        looks = scene.probe.count("detect_payments")
        for header in signed:
            for length in _SECRET_LENGTHS:
                with pytest.raises(WebhookRefused):
                    scene.deliver(_extended(genuine, header, length))
        scene.work()
        assert scene.probe.count("detect_payments") == looks
        assert scene.read(invoice.checkout_id).state is CheckoutState.NEW_CHARGE

    def test_webhook_for_another_checkout(self, scene: Scene) -> None:
        """A genuine webhook pays its own checkout alone, and only in its own shop."""
        paid, unpaid = scene.open_invoice(), scene.open_invoice()
        elsewhere = scene.other_shop()
        foreign = elsewhere.open_invoice()
        request = _pay_and_hear(scene, paid)
        turned = _turned_to(request, paid, unpaid)
        if turned.body != request.body and scene.bench.signs_webhooks:
            with pytest.raises(WebhookRefused):
                scene.deliver(turned)
        with suppress(WebhookRefused):
            elsewhere.deliver(request)
        scene.deliver(request)
        assert elsewhere.look(foreign.checkout_id).state is CheckoutState.NEW_CHARGE
        assert scene.look(unpaid.checkout_id).state is CheckoutState.NEW_CHARGE
        assert scene.look(paid.checkout_id).state is CheckoutState.COMPLETED
        elsewhere.close()


def _pay_and_hear(scene: Scene, invoice: Invoice) -> WebhookRequest:
    """Pay an invoice exactly, and return the webhook that tells of it."""
    before = len(scene.bench.webhooks())
    scene.bench.pay(invoice)
    sent = scene.bench.webhooks()[before:]
    assert sent, "the provider sent no webhook after a payment"
    return sent[-1]


def _with_one_digit_changed(body: bytes) -> bytes:
    position = next(
        (index for index, byte in enumerate(body) if chr(byte).isdigit()), 0
    )
    changed = b"7" if body[position : position + 1] != b"7" else b"3"
    return body[:position] + changed + body[position + 1 :]


def _turned_to(request: WebhookRequest, old: Invoice, new: Invoice) -> WebhookRequest:
    assert old.reference is not None
    assert new.reference is not None
    ours, other = old.reference.encode(), new.reference.encode()
    return replace(request, body=request.body.replace(ours, other))


def _extended(request: WebhookRequest, header: str, length: int) -> WebhookRequest:
    body, digest = extend_sha256(
        request.headers[header],
        request.body,
        b',"state":"COMPLETED"}',
        secret_length=length,
    )
    return replace(request, body=body, headers={**request.headers, header: digest})
