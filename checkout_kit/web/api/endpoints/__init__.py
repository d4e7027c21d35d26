"""The endpoints: a module for each kind of object, each with its ``ENDPOINTS``."""

from checkout_kit.web.api.endpoints import (
    assets,
    checkouts,
    customers,
    events,
    payments,
    rates,
    service,
    wallets,
    withdrawals,
)

#: All endpoints, in the order of the documentation.
ENDPOINTS = (
    *checkouts.ENDPOINTS,
    *payments.ENDPOINTS,
    *wallets.ENDPOINTS,
    *withdrawals.ENDPOINTS,
    *customers.ENDPOINTS,
    *assets.ENDPOINTS,
    *rates.ENDPOINTS,
    *events.ENDPOINTS,
    *service.ENDPOINTS,
)

__all__ = ["ENDPOINTS"]
