"""Invoices as rows, each way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit.domain.invoice import Invoice, InvoiceStatus
from checkout_kit.domain.payment import Payment
from checkout_kit.storage.forms import (
    instructions_from_json,
    instructions_to_json,
    method_from_json,
    method_to_json,
    money_columns,
    money_from_columns,
)


def invoice_to_row(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice; its payments have rows of their own."""
    instructions = invoice.instructions
    return {
        "id": invoice.id,
        "checkout_id": invoice.checkout_id,
        "provider": invoice.method.provider,
        "method": method_to_json(invoice.method),
        "operation_key": invoice.operation_key,
        **money_columns(invoice.covers, "covers", "covers_currency"),
        **money_columns(invoice.amount, "amount", "currency"),
        "status": invoice.status.value,
        "created_at": invoice.created_at,
        "expires_at": invoice.expires_at,
        "reference": invoice.reference,
        "instructions": instructions_to_json(instructions) if instructions else None,
        "redirect_url": invoice.redirect_url,
        "provider_data": dict(invoice.provider_data),
        "quote_reference": dict(invoice.quote_reference),
        "is_firm": invoice.is_firm,
        "check_no": invoice.check_no,
        "snapshot_no": invoice.snapshot_no,
        "checked_at": invoice.checked_at,
        "seen": invoice.seen,
        "provider_state": invoice.provider_state,
        "is_urgent": invoice.is_urgent,
        "wants_proof": invoice.wants_proof,
    }


def invoice_from_row(row: Mapping[Any, Any], payments: Sequence[Payment]) -> Invoice:
    """Read what :func:`invoice_to_row` wrote."""
    instructions = row["instructions"]
    return Invoice(
        id=row["id"],
        checkout_id=row["checkout_id"],
        method=method_from_json(row["method"]),
        operation_key=row["operation_key"],
        covers=money_from_columns(row["covers"], row["covers_currency"]),
        amount=money_from_columns(row["amount"], row["currency"]),
        status=InvoiceStatus(row["status"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        reference=row["reference"],
        instructions=instructions_from_json(instructions) if instructions else None,
        redirect_url=row["redirect_url"],
        provider_data=row["provider_data"],
        quote_reference=row["quote_reference"],
        is_firm=row["is_firm"],
        check_no=row["check_no"],
        snapshot_no=row["snapshot_no"],
        checked_at=row["checked_at"],
        seen=row["seen"],
        provider_state=row["provider_state"],
        is_urgent=row["is_urgent"],
        wants_proof=row["wants_proof"],
        payments=tuple(payments),
    )
