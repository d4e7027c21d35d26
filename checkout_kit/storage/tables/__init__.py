"""Every table, in one MetaData, each name with the prefix ``checkout_kit_``.

Amounts are canonical plain text and SQL never adds them up. Every row that an API
lists has a ``store_id``.
"""

from checkout_kit.storage.tables.api import api_key, api_request, api_signature
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.tables.checkouts import checkout, quote
from checkout_kit.storage.tables.customers import customer
from checkout_kit.storage.tables.events import delivery, event, webhook_digest
from checkout_kit.storage.tables.invoices import invoice, payment, unmatched
from checkout_kit.storage.tables.links import payment_link
from checkout_kit.storage.tables.settlements import operation_step, settlement
from checkout_kit.storage.tables.upkeep import installation, lease, provider_health
from checkout_kit.storage.tables.webhooks import delivery_attempt, endpoint, mail
from checkout_kit.storage.tables.withdrawals import withdrawal

__all__ = [
    "api_key",
    "api_request",
    "api_signature",
    "checkout",
    "customer",
    "delivery",
    "delivery_attempt",
    "endpoint",
    "event",
    "installation",
    "invoice",
    "lease",
    "mail",
    "metadata",
    "operation_step",
    "payment",
    "payment_link",
    "provider_health",
    "quote",
    "settlement",
    "unmatched",
    "webhook_digest",
    "withdrawal",
]
