"""Answers: what the API said, as frozen objects that the rest of the plugin uses."""

from checkout_kit_coinqvest.answers.assets import (
    Asset,
    AssetIssuer,
    Blockchain,
    FiatCurrency,
    IssuerName,
    IssuerTerms,
    code_of,
)
from checkout_kit_coinqvest.answers.checkouts import (
    CheckoutAnswer,
    CheckoutObject,
    CheckoutPage,
    CheckoutVerdict,
    CommitAnswer,
    HostedAnswer,
    OfferedMethod,
    PaymentAnswer,
    PaymentPage,
    PaymentState,
)
from checkout_kit_coinqvest.answers.customers import Customer, CustomerPage
from checkout_kit_coinqvest.answers.listing import BrokenItem
from checkout_kit_coinqvest.answers.wallets import (
    HeldAsset,
    WalletAnswer,
    WithdrawalAnswer,
    WithdrawalPage,
    WithdrawalState,
)

__all__ = [
    "Asset",
    "AssetIssuer",
    "Blockchain",
    "BrokenItem",
    "CheckoutAnswer",
    "CheckoutObject",
    "CheckoutPage",
    "CheckoutVerdict",
    "CommitAnswer",
    "Customer",
    "CustomerPage",
    "FiatCurrency",
    "HeldAsset",
    "HostedAnswer",
    "IssuerName",
    "IssuerTerms",
    "OfferedMethod",
    "PaymentAnswer",
    "PaymentPage",
    "PaymentState",
    "WalletAnswer",
    "WithdrawalAnswer",
    "WithdrawalPage",
    "WithdrawalState",
    "code_of",
]
