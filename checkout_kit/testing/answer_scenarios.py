"""Scenarios of spoilt answers: a lie is never believed, and a trap costs little."""

from __future__ import annotations

import time

from checkout_kit import (
    CheckoutState,
    Invoice,
    NotSupported,
    ProviderError,
    ProviderProtocolError,
    ProviderUnreachable,
)
from checkout_kit.testing.bench import UNTIL_FURTHER_NOTICE, Spoil
from checkout_kit.testing.loopback import LoopbackServer
from checkout_kit.testing.scene import Scene

# Past the breaker's pause and every first retry.
_RECOVERY = 60
_MAX_LOOKS = 20
# What a plugin says of somebody whose certificate is not to be trusted.
_NOT_BELIEVED = (ProviderProtocolError, ProviderUnreachable)
# Seconds that one look at a spoilt answer may take, in real time.
_PATIENCE = 30


class AnswerScenarios:
    """A paid invoice is looked at through spoilt answers, and then through good ones.

    Some lies touch nothing that a provider says of a payment: then it is credited for
    what was paid, exactly, as ever.
    """

    def test_answer_with_duplicate_keys(self, scene: Scene) -> None:
        """Which of two values counts is nobody's to guess."""
        _check_spoil(scene, Spoil.DUPLICATE_KEYS, is_refused=True)

    def test_answer_with_wrong_types(self, scene: Scene) -> None:
        """A list where the document has a text or a number."""
        _check_spoil(scene, Spoil.WRONG_TYPES, is_refused=True)

    def test_answer_with_negative_amounts(self, scene: Scene) -> None:
        """Nobody pays less than nothing."""
        _check_spoil(scene, Spoil.NEGATIVE)

    def test_answer_with_exponents(self, scene: Scene) -> None:
        """Read exactly or refused, never rounded."""
        _check_spoil(scene, Spoil.EXPONENT)

    def test_answer_in_another_currency(self, scene: Scene) -> None:
        """Money of another currency is not this invoice's."""
        _check_spoil(scene, Spoil.OTHER_CURRENCY)

    def test_answer_with_an_unknown_status(self, scene: Scene) -> None:
        """A status that no document names is no payment."""
        _check_spoil(scene, Spoil.UNKNOWN_STATUS)

    def test_answer_of_ten_megabytes(self, scene: Scene) -> None:
        """It is cut off."""
        _check_spoil(scene, Spoil.HUGE, is_refused=True)

    def test_answer_that_is_a_gzip_bomb(self, scene: Scene) -> None:
        """It is never unpacked as a whole."""
        _check_spoil(scene, Spoil.GZIP_BOMB, is_refused=True)

    def test_answer_that_redirects(self, scene: Scene) -> None:
        """Nobody follows, with credentials or without."""
        _check_spoil(scene, Spoil.REDIRECT, is_refused=True)

    def test_answer_about_another_checkout(self, scene: Scene) -> None:
        """What is said of another one's id is not this invoice's."""
        invoice = scene.open_invoice()
        scene.bench.mistake(invoice, 0)
        scene.bench.pay(invoice)
        worker = scene.reopened()
        scene.bench.mistake(invoice, UNTIL_FURTHER_NOTICE)
        worker.work(_RECOVERY)
        worker.wait_for_provider_calls()
        strangers = [e for e in worker.probe.errors if not isinstance(e, ProviderError)]
        assert not strangers, strangers
        assert scene.read(invoice.checkout_id).status.detected_credit == 0
        scene.bench.mistake(invoice, 0)
        worker.close()
        _check_paid_in_the_end(scene, invoice)

    def test_answer_over_untrusted_tls(self, scene: Scene) -> None:
        """Somebody else answers in the provider's name, with a certificate of his."""
        if scene.bench.server is None:
            raise NotSupported("its simulator is not served over HTTP")
        invoice = scene.open_invoice()
        scene.bench.pay(invoice)
        with LoopbackServer(scene.bench.server.app, tls=True) as impostor:
            worker = scene.over_untrusted_tls(impostor)
            worker.work(_RECOVERY)
            worker.wait_for_provider_calls()
            errors = worker.probe.errors
            worker.close()
        assert errors, "the plugin believed an impostor"
        assert all(isinstance(error, _NOT_BELIEVED) for error in errors), errors
        assert scene.read(invoice.checkout_id).status.detected_credit == 0
        _check_paid_in_the_end(scene, invoice)


def _check_spoil(scene: Scene, spoil: Spoil, *, is_refused: bool = False) -> None:
    scene.bench.spoil(spoil, 0)
    invoice = scene.open_invoice()
    scene.bench.pay(invoice)
    worker = scene.reopened()
    scene.bench.spoil(spoil, UNTIL_FURTHER_NOTICE)
    started = time.monotonic()
    worker.work(_RECOVERY)
    worker.wait_for_provider_calls()
    assert time.monotonic() - started < _PATIENCE
    strangers = [e for e in worker.probe.errors if not isinstance(e, ProviderError)]
    assert not strangers, strangers
    credit = scene.read(invoice.checkout_id).status.detected_credit
    if is_refused:
        assert worker.probe.errors, "the plugin read what it should have refused"
        assert credit == 0
    assert credit in (0, invoice.covers.fraction)
    scene.bench.spoil(spoil, 0)
    worker.close()
    _check_paid_in_the_end(scene, invoice)


def _check_paid_in_the_end(scene: Scene, invoice: Invoice) -> None:
    """Work until it is paid: for what it covers, exactly."""
    for _ in range(_MAX_LOOKS):
        scene.work(_RECOVERY)
        if scene.read(invoice.checkout_id).is_paid:
            break
    checkout = scene.read(invoice.checkout_id)
    assert checkout.state is CheckoutState.COMPLETED
    assert checkout.status.confirmed_credit == invoice.covers.fraction
