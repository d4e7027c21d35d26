"""The settler: a plugin that credits the merchant for whatever anybody took in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from checkout_kit import Money, Operation, ProviderContext, Settlement, hookimpl

#: The settler's name among the plugins of an app.
SETTLER_NAME = "conformance_settler"


class SettlerPlugin:
    """Settles at once, and always the same for the same key."""

    settings_schema = Schema

    def __init__(self, settings: Mapping[str, Any], context: ProviderContext) -> None:
        self._name = context.name

    @hookimpl
    def settle_invoice(self, amount: Money, operation: Operation) -> Settlement:
        """Credit the amount."""
        return Settlement(f"credit-{operation.key}", amount)
