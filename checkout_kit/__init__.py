"""checkout-kit: an embeddable checkout for Flask shops, with providers as plugins."""

from checkout_kit.domain.bank import check_bank_account
from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.customer import Customer
from checkout_kit.domain.event import Event
from checkout_kit.domain.invoice import (
    DepositInstructions,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    ProviderInvoice,
    UnmatchedDeposit,
)
from checkout_kit.domain.money import Money
from checkout_kit.domain.operation import Operation
from checkout_kit.domain.payment import Payment, PaymentObservation, PaymentStatus
from checkout_kit.domain.payment_link import LinkState, PaymentLink
from checkout_kit.domain.proof import Proof, ProofKind
from checkout_kit.domain.provider import Clock, ProviderContext
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.domain.rate import Rate
from checkout_kit.domain.settlement import (
    Settlement,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.domain.states import CheckoutState, CheckoutStatus
from checkout_kit.domain.wallet import Holding, Wallet, WalletStatement
from checkout_kit.domain.webhook import WebhookNotice, WebhookRequest
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.errors import (
    AmountError,
    CheckoutKitError,
    ConfigurationError,
    CurrencyError,
    DatabaseBusy,
    HandlerCommitted,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    MethodUnavailable,
    NotFoundError,
    NotSupported,
    OfferRefused,
    PluginError,
    ProviderAuthError,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
    QuoteExpired,
    ReturnSignatureError,
    SchemaOutdated,
    WebhookRefused,
)
from checkout_kit.extension import CheckoutKit
from checkout_kit.hookspecs import hookimpl
from checkout_kit.storage.shop_migrations import include_object

__all__ = [
    "AmountError",
    "Charge",
    "Checkout",
    "CheckoutKit",
    "CheckoutKitError",
    "CheckoutState",
    "CheckoutStatus",
    "Clock",
    "ConfigurationError",
    "Currency",
    "CurrencyError",
    "Customer",
    "DatabaseBusy",
    "DepositInstructions",
    "DetectionReport",
    "DiscountItem",
    "Event",
    "HandlerCommitted",
    "Holding",
    "IdempotencyConflict",
    "InputError",
    "InvalidTransition",
    "Invoice",
    "InvoiceSnapshot",
    "InvoiceStatus",
    "LineItem",
    "LinkState",
    "MethodUnavailable",
    "Money",
    "NotFoundError",
    "NotSupported",
    "OfferRefused",
    "Operation",
    "Payment",
    "PaymentLink",
    "PaymentMethod",
    "PaymentObservation",
    "PaymentStatus",
    "PluginError",
    "Proof",
    "ProofKind",
    "ProviderAuthError",
    "ProviderBusy",
    "ProviderContext",
    "ProviderError",
    "ProviderInvoice",
    "ProviderProtocolError",
    "ProviderRateLimited",
    "ProviderRefused",
    "ProviderTimeout",
    "ProviderUnavailable",
    "ProviderUnreachable",
    "Quote",
    "QuoteExpired",
    "Rate",
    "ReturnSignatureError",
    "SchemaOutdated",
    "Settlement",
    "SettlementOrder",
    "SettlementStatus",
    "ShippingCostItem",
    "TaxItem",
    "UnmatchedDeposit",
    "Wallet",
    "WalletStatement",
    "WebhookNotice",
    "WebhookRefused",
    "WebhookRequest",
    "Withdrawal",
    "WithdrawalOrder",
    "WithdrawalRequest",
    "WithdrawalState",
    "WithdrawalStatus",
    "WithdrawalTarget",
    "check_bank_account",
    "hookimpl",
    "include_object",
]
