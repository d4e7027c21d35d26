"""Faults of the fake provider, from an outage to plain rubbish."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

from checkout_kit import (
    Currency,
    DetectionReport,
    Money,
    ProviderInvoice,
    Quote,
)


class FakeFault(str, Enum):
    """What goes wrong with an answer of the fake provider."""

    # It did nothing.
    RAISE = "RAISE"
    HANG = "HANG"
    UNREACHABLE = "UNREACHABLE"
    RATE_LIMIT = "RATE_LIMIT"
    SERVER_ERROR = "SERVER_ERROR"
    MALFORMED = "MALFORMED"
    REFUSE = "REFUSE"
    # It did what it was asked.
    SLOW = "SLOW"
    LOSE_ANSWER = "LOSE_ANSWER"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_CURRENCY = "WRONG_CURRENCY"
    OTHER_CHECKOUT = "OTHER_CHECKOUT"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"


RUBBISH = frozenset(
    {
        FakeFault.WRONG_TYPE,
        FakeFault.WRONG_CURRENCY,
        FakeFault.OTHER_CHECKOUT,
        FakeFault.UNKNOWN_STATUS,
    }
)
_OTHER = Currency.parse("CHF")
_NOBODY = "of-another-checkout"


def spoil(fault: FakeFault, answer: Any) -> Any:
    """Turn an honest answer into rubbish that a careless kit would believe."""
    if fault is FakeFault.WRONG_CURRENCY:
        return _in_other_currency(answer)
    if fault is FakeFault.OTHER_CHECKOUT:
        return _of_other_checkout(answer)
    if fault is FakeFault.UNKNOWN_STATUS and isinstance(answer, DetectionReport):
        return _with_payments(answer, status="MAYBE")
    return {"status": "COMPLETED"}


def _in_other_currency(answer: Any) -> Any:
    amount = Money("1.00", _OTHER)
    if isinstance(answer, ProviderInvoice):
        shown = answer.instructions
        shown = replace(shown, amount=amount) if shown else None
        return replace(answer, amount=amount, instructions=shown)
    if isinstance(answer, DetectionReport):
        return _with_payments(answer, amount=amount)
    if _is_quotes(answer):
        return [
            replace(q, amount=amount, method=replace(q.method, currency=_OTHER))
            for q in answer
        ]
    return {"currency": _OTHER.code}


def _of_other_checkout(answer: Any) -> Any:
    if isinstance(answer, DetectionReport):
        snapshots = dict.fromkeys([_NOBODY], *answer.snapshots.values())
        return replace(answer, snapshots=snapshots)
    if _is_quotes(answer):
        return [replace(quote, covers=quote.covers * 2) for quote in answer]
    if isinstance(answer, ProviderInvoice):
        return replace(answer, reference="invoice-1")
    return {"checkout": _NOBODY}


def _with_payments(report: DetectionReport, **changes: Any) -> DetectionReport:
    return replace(
        report,
        snapshots={
            key: replace(
                snapshot,
                payments=[replace(payment, **changes) for payment in snapshot.payments],
            )
            for key, snapshot in report.snapshots.items()
        },
    )


def _is_quotes(answer: Any) -> bool:
    return isinstance(answer, list) and all(isinstance(item, Quote) for item in answer)
