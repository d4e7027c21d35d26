"""Schemas: every answer of the API, read at once into frozen objects.

Fields that nobody asked for are ignored. Where the API document contradicts itself,
both readings are accepted, and so are the spellings of the API's later years.
"""

from checkout_kit_coinqvest.schemas.assets import (
    AssetIssuerSchema,
    AssetSchema,
    BlockchainSchema,
    FiatCurrencySchema,
)
from checkout_kit_coinqvest.schemas.checkouts import (
    CheckoutAnswerSchema,
    CheckoutSchema,
    CommitAnswerSchema,
    HostedAnswerSchema,
    PaymentSchema,
)
from checkout_kit_coinqvest.schemas.customers import CustomerIdSchema, CustomerSchema
from checkout_kit_coinqvest.schemas.fields import ExactAmount, Timestamp
from checkout_kit_coinqvest.schemas.paging import PageSchema
from checkout_kit_coinqvest.schemas.wallets import WalletSchema, WithdrawalSchema

__all__ = [
    "AssetIssuerSchema",
    "AssetSchema",
    "BlockchainSchema",
    "CheckoutAnswerSchema",
    "CheckoutSchema",
    "CommitAnswerSchema",
    "CustomerIdSchema",
    "CustomerSchema",
    "ExactAmount",
    "FiatCurrencySchema",
    "HostedAnswerSchema",
    "PageSchema",
    "PaymentSchema",
    "Timestamp",
    "WalletSchema",
    "WithdrawalSchema",
]
