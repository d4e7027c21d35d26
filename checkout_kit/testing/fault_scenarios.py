"""Scenarios of faults: an outage costs time, never money, order or a second invoice."""

from __future__ import annotations

import time

from checkout_kit import (
    CheckoutState,
    InvoiceStatus,
    NotSupported,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderUnavailable,
)
from checkout_kit.testing.bench import (
    DEADLINE,
    SHORT_DEADLINE,
    UNTIL_FURTHER_NOTICE,
    Fault,
)
from checkout_kit.testing.scene import Scene

# Past the breaker's pause and every first retry, inside a quote's lifetime.
_RECOVERY = 60
_MAX_LOOKS = 20


class FaultScenarios:
    """Each fault is met while quoting, while an invoice is made, and while looking."""

    def test_timeout(self, scene: Scene) -> None:
        """The provider does not answer at all."""
        _check_fault(scene, Fault.TIMEOUT, None, deadline=SHORT_DEADLINE)

    def test_rate_limited(self, scene: Scene) -> None:
        """The provider refuses further calls for a while."""
        _check_fault(scene, Fault.RATE_LIMITED, ProviderRateLimited)

    def test_server_error(self, scene: Scene) -> None:
        """The provider fails."""
        _check_fault(scene, Fault.SERVER_ERROR, ProviderUnavailable)

    def test_malformed_answer(self, scene: Scene) -> None:
        """The provider answers what its document does not describe."""
        _check_fault(scene, Fault.MALFORMED, ProviderProtocolError)

    def test_slow_answer_past_deadline(self, scene: Scene) -> None:
        """An invoice whose making took too long to wait for is kept all the same."""
        if not scene.bench.makes_invoices:
            raise NotSupported("no call to the provider makes an invoice")
        checkout = scene.open_checkout()
        method_id = scene.pick_method(checkout.id)
        hasty = scene.reopened(deadline=SHORT_DEADLINE)
        scene.bench.fail(Fault.SLOW, 1)
        started = time.monotonic()
        promised = hasty.kit.commit_checkout(checkout.id, method_id)
        assert promised.status is InvoiceStatus.INTENDED
        assert time.monotonic() - started < SHORT_DEADLINE + 1
        hasty.wait_for_provider_calls()
        invoice = scene.newest_invoice(checkout.id)
        assert invoice.id == promised.id
        assert invoice.status is InvoiceStatus.OPEN
        scene.bench.fail(Fault.SLOW, 0)
        scene.work(_RECOVERY)
        assert scene.newest_invoice(checkout.id).reference == invoice.reference
        assert scene.bench.count_invoices() == 1
        scene.bench.pay(invoice)
        assert scene.look(checkout.id).state is CheckoutState.COMPLETED
        hasty.close()


def _check_fault(
    scene: Scene,
    fault: Fault,
    expected: type[ProviderError] | None,
    *,
    deadline: float = DEADLINE,
) -> None:
    """Let a fault strike at each stage; the checkout is paid in the end."""
    checkout = scene.open_checkout()
    _check_quoting(scene, checkout.id, fault, expected, deadline)
    method_id = scene.pick_method(checkout.id)
    if scene.bench.makes_invoices:
        _check_invoicing(scene, checkout.id, method_id, fault, expected, deadline)
    else:
        scene.commit(checkout.id, method_id)
    _check_detection(scene, checkout.id, fault, expected)


def _check_quoting(
    scene: Scene,
    checkout_id: str,
    fault: Fault,
    expected: type[ProviderError] | None,
    deadline: float,
) -> None:
    """The provider drops out of the page, which is there all the same."""
    page = scene.reopened(deadline=deadline)
    scene.bench.fail(fault, UNTIL_FURTHER_NOTICE)
    assert page.quotes(checkout_id) == []
    _recover(scene, page, fault, expected)


def _check_invoicing(
    scene: Scene,
    checkout_id: str,
    method_id: str,
    fault: Fault,
    expected: type[ProviderError] | None,
    deadline: float,
) -> None:
    """The buyer's choice is kept, and carried out once."""
    page = scene.reopened(deadline=deadline)
    scene.bench.fail(fault, UNTIL_FURTHER_NOTICE)
    promised = page.kit.commit_checkout(checkout_id, method_id)
    assert promised.status is InvoiceStatus.INTENDED
    _recover(scene, page, fault, expected)
    scene.work(_RECOVERY)
    invoice = scene.newest_invoice(checkout_id)
    assert invoice.id == promised.id
    assert invoice.status is InvoiceStatus.OPEN
    assert scene.bench.count_invoices() == 1


def _check_detection(
    scene: Scene, checkout_id: str, fault: Fault, expected: type[ProviderError] | None
) -> None:
    """The invoice is watched on, and the payment found when the provider is back."""
    worker = scene.reopened()
    scene.bench.pay(scene.newest_invoice(checkout_id))
    scene.bench.fail(fault, UNTIL_FURTHER_NOTICE)
    worker.work(_RECOVERY)
    assert worker.probe.count("detect_payments") == 1
    checkout = scene.read(checkout_id)
    assert checkout.state is CheckoutState.NEW_CHARGE
    assert checkout.status.detected_credit == 0
    _recover(scene, worker, fault, None)
    for _ in range(_MAX_LOOKS):
        scene.work(_RECOVERY)
        if scene.read(checkout_id).is_paid:
            break
    assert scene.read(checkout_id).state is CheckoutState.COMPLETED


def _recover(
    scene: Scene, struck: Scene, fault: Fault, expected: type[ProviderError] | None
) -> None:
    scene.bench.fail(fault, 0)
    struck.wait_for_provider_calls()
    if expected is not None:
        errors = struck.probe.errors
        assert errors, "the plugin did not report the fault"
        assert all(isinstance(error, expected) for error in errors), errors
    struck.close()
    scene.bench.advance(_RECOVERY)
