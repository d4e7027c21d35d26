"""The plugin: what the kit asks, answered with what the provider says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from checkout_kit import (
    Currency,
    DepositInstructions,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    Money,
    Operation,
    PaymentMethod,
    PaymentObservation,
    PaymentStatus,
    ProviderContext,
    ProviderInvoice,
    Quote,
    UnmatchedDeposit,
    WebhookNotice,
    WebhookRefused,
    WebhookRequest,
    hookimpl,
)
from checkout_kit.http import JsonError, parse_json
from marshmallow import Schema, fields, post_load, validate

from .client import Client

if TYPE_CHECKING:
    from flask import Flask

XLM = Currency.parse("XLM")
STATUSES = {
    "seen": PaymentStatus.DETECTED,
    "final": PaymentStatus.CONFIRMED,
    "gone": PaymentStatus.REVERSED,
}


@dataclass(frozen=True)
class Settings:
    """What a shop configures."""

    base_url: str
    api_key: str = field(repr=False)
    timeout: float = 8.0
    test_mode: bool = False


class SettingsSchema(Schema):
    """Reads the settings; unknown keys are refused."""

    base_url = fields.String(required=True)
    api_key = fields.String(required=True, validate=validate.Length(min=16))
    timeout = fields.Float(validate=validate.Range(min=0.1, max=60))
    test_mode = fields.Boolean()

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Settings:
        """Make the settings object."""
        return Settings(**data)


class Plugin:
    """The provider; it has no state besides its connections."""

    display_name = "Acme"
    settings_schema = SettingsSchema

    def __init__(self, settings: Settings, context: ProviderContext) -> None:
        self._name = context.name
        self._settings = settings
        self._client = Client(
            context.name,
            settings.base_url,
            settings.api_key,
            timeout=settings.timeout,
            test_mode=settings.test_mode,
        )

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()

    @staticmethod
    def create_simulator() -> Flask:
        """Make the simulator, for `flask checkout simulate`."""
        # Only whoever runs the simulator needs it.
        from .simulator import create_simulator

        return create_simulator()

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Lumens, for charges in dollars."""
        if currency.code != "USD":
            return []
        test = self._settings.test_mode
        return [PaymentMethod(self._name, XLM, "Lumens", "Stellar", is_test=test)]

    @hookimpl
    def quote_price(
        self, payment_methods: Sequence[PaymentMethod], amount_due: Money
    ) -> Sequence[Quote]:
        """One call, whatever number of methods; amounts due are rounded up."""
        lumens = amount_due.fraction / Fraction(self._client.get_price())
        amount = Money.round_up(lumens, XLM)
        return [Quote(method, amount_due, amount) for method in payment_methods]

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """The provider honours our key itself: there is no step to remember."""
        made = self._client.put_invoice(operation.key, f"{quote.amount.amount:f}")
        amount = Money(made["amount"], XLM)
        instructions = DepositInstructions(
            made["account"], amount, "Stellar", memo=made["memo"], memo_type="text"
        )
        return ProviderInvoice(
            made["id"], amount, instructions, expires_at=made["expires"]
        )

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """One call for the whole batch."""
        wanted = {invoice.reference: invoice.id for invoice in invoices}
        payments: dict[str, list[PaymentObservation]] = {
            invoice.id: [] for invoice in invoices
        }
        unmatched = []
        for deposit in self._client.get_deposits():
            reference = deposit["invoice"]
            if reference is None or deposit["asset"] != "XLM":
                unmatched.append(
                    UnmatchedDeposit(
                        deposit["id"],
                        "this memo is unknown" if reference is None else "no lumens",
                        received_at=deposit["time"],
                        details={name: deposit[name] for name in ("amount", "asset")},
                    )
                )
            elif reference in wanted:
                payments[wanted[reference]].append(
                    PaymentObservation(
                        deposit["id"],
                        Money(deposit["amount"], XLM),
                        STATUSES[deposit["status"]],
                        received_at=deposit["time"],
                    )
                )
        snapshots = {key: InvoiceSnapshot(found) for key, found in payments.items()}
        return DetectionReport(snapshots, unmatched)

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """The raw body is verified before anything reads it."""
        key = self._settings.api_key.encode()
        expected = hmac.new(key, request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("x-signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise WebhookRefused(self._name, "the signature is wrong")
        try:
            return WebhookNotice((str(parse_json(request.body)["invoice"]),))
        except (JsonError, KeyError, TypeError):
            raise WebhookRefused(self._name, "the body names no invoice") from None
