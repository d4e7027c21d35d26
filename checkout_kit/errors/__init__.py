"""Every error that checkout-kit raises: one shallow tree, evidence as attributes.

Messages name what is wrong, where, and what to do. They never hold a secret, a whole
request or answer body, or a header.
"""

from checkout_kit.errors.asking import (
    AmountError,
    CurrencyError,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    MethodUnavailable,
    NotFoundError,
    OfferRefused,
    QuoteExpired,
    RequestInProgress,
    RequestReplayed,
    ReturnSignatureError,
)
from checkout_kit.errors.providers import (
    NotSupported,
    ProviderAuthError,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
    WebhookRefused,
)
from checkout_kit.errors.root import (
    CheckoutKitError,
)
from checkout_kit.errors.running import (
    ConfigurationError,
    DatabaseBusy,
    HandlerCommitted,
    PluginError,
    SchemaOutdated,
    SecretUnreadable,
)
from checkout_kit.errors.sending import (
    MailRefused,
    SendFailed,
    TargetRefused,
)

__all__ = [
    "AmountError",
    "CheckoutKitError",
    "ConfigurationError",
    "CurrencyError",
    "DatabaseBusy",
    "HandlerCommitted",
    "IdempotencyConflict",
    "InputError",
    "InvalidTransition",
    "MailRefused",
    "MethodUnavailable",
    "NotFoundError",
    "NotSupported",
    "OfferRefused",
    "PluginError",
    "ProviderAuthError",
    "ProviderBusy",
    "ProviderError",
    "ProviderProtocolError",
    "ProviderRateLimited",
    "ProviderRefused",
    "ProviderTimeout",
    "ProviderUnavailable",
    "ProviderUnreachable",
    "QuoteExpired",
    "RequestInProgress",
    "RequestReplayed",
    "ReturnSignatureError",
    "SchemaOutdated",
    "SecretUnreadable",
    "SendFailed",
    "TargetRefused",
    "WebhookRefused",
]
