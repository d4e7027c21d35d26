"""Ports: what the services need from storage, plugins and the shop, as Protocols."""

from checkout_kit.services.ports.api import ApiKeyRows, ApiRequestRows
from checkout_kit.services.ports.checkouts import CheckoutRows, QuoteRows
from checkout_kit.services.ports.customers import CustomerRows
from checkout_kit.services.ports.deliveries import (
    DeliveryLogRows,
    DeliveryRows,
    EndpointRows,
)
from checkout_kit.services.ports.events import EventRows
from checkout_kit.services.ports.invoices import InboxRows, InvoiceRows, PaymentRows
from checkout_kit.services.ports.mails import MailComposer, MailRows, MailTransport
from checkout_kit.services.ports.providers import HandlerRunner, ProviderCall, Providers
from checkout_kit.services.ports.sealing import Sealing
from checkout_kit.services.ports.sending import PostAnswer, Poster
from checkout_kit.services.ports.settlements import OperationRows, SettlementRows
from checkout_kit.services.ports.units import UnitOfWork, UnitOfWorkFactory
from checkout_kit.services.ports.upkeep import HealthRows
from checkout_kit.services.ports.withdrawals import WithdrawalRows

__all__ = [
    "ApiKeyRows",
    "ApiRequestRows",
    "CheckoutRows",
    "CustomerRows",
    "DeliveryLogRows",
    "DeliveryRows",
    "EndpointRows",
    "EventRows",
    "HandlerRunner",
    "HealthRows",
    "InboxRows",
    "InvoiceRows",
    "MailComposer",
    "MailRows",
    "MailTransport",
    "OperationRows",
    "PaymentRows",
    "PostAnswer",
    "Poster",
    "ProviderCall",
    "Providers",
    "QuoteRows",
    "Sealing",
    "SettlementRows",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "WithdrawalRows",
]
