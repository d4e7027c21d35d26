"""The names that the package promises: pinned, so that none goes or comes unseen."""

from __future__ import annotations

import checkout_kit
from tests.support.source import listed

#: The public surface. Adding a name is a promise; removing one breaks shops.
PUBLIC = {
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
    "DatabaseBusy",
    "DepositInstructions",
    "DetectionReport",
    "DiscountItem",
    "Event",
    "HandlerCommitted",
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
    "Customer",
    "Holding",
    "Wallet",
    "WalletStatement",
    "WithdrawalOrder",
    "WithdrawalState",
    "check_bank_account",
    "WebhookNotice",
    "WebhookRefused",
    "WebhookRequest",
    "Withdrawal",
    "WithdrawalRequest",
    "WithdrawalStatus",
    "WithdrawalTarget",
    "hookimpl",
    "include_object",
}


def test_public_names_are_sorted_and_pinned() -> None:
    assert list(checkout_kit.__all__) == sorted(checkout_kit.__all__)
    assert set(checkout_kit.__all__) == PUBLIC


def test_public_names_exist() -> None:
    missing = [name for name in checkout_kit.__all__ if not hasattr(checkout_kit, name)]
    assert not missing, listed(missing)
