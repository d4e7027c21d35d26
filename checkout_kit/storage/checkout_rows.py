"""Checkouts as rows, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.charge_json import currency_from_text
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.states import CheckoutFacts, ResolveMark, derive_status


def checkout_from_row(
    row: Mapping[Any, Any], charge: Charge, invoices: Sequence[Invoice], now: datetime
) -> Checkout:
    """Make a checkout of its row, charge and invoices, with its status at ``now``."""
    facts = CheckoutFacts(
        total=charge.total,
        tolerance=Decimal(row["tolerance"]),
        expires_at=row["expires_at"],
        invoices=tuple(invoices),
        cancelled_at=row["cancelled_at"],
        resolve_mark=_mark(row),
    )
    return Checkout(
        id=row["id"],
        token=row["token"],
        store_id=row["store_id"],
        charge=charge,
        settlement_currency=currency_from_text(row["settlement_currency"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        tolerance=facts.tolerance,
        status=derive_status(facts, now),
        reference=row["reference"],
        return_url=row["return_url"],
        cancel_url=row["cancel_url"],
        webhook_url=row["webhook_url"],
        api_key_id=row["api_key_id"],
        customer=row["customer"],
        metadata=row["metadata"],
        is_hosted=row["is_hosted"],
        campaign=row["campaign"],
        link_id=row["link_id"],
        cancelled_at=facts.cancelled_at,
        resolve_mark=facts.resolve_mark,
        invoices=tuple(invoices),
        version=row["version"],
    )


def _mark(row: Mapping[Any, Any]) -> ResolveMark | None:
    if row["resolved_at"] is None:
        return None
    return ResolveMark(
        actor=row["resolved_by"],
        at=row["resolved_at"],
        accepted=row["resolved_accepted"],
        confirmed_credit=Fraction(row["resolved_confirmed"]),
        detected_credit=Fraction(row["resolved_detected"]),
    )
