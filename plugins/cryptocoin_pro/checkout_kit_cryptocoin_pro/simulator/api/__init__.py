"""The API's 78 endpoints under /api/v1, one module for each of its chapters."""

from __future__ import annotations

from flask import Blueprint

from .authentication import authentication
from .banks import banks
from .cards import cards
from .checkouts import checkouts
from .currencies import countries, currencies
from .deposits import deposits
from .kyc import kyc
from .notifications import notifications
from .orders import orders
from .platforms import platforms
from .quotes import quotes
from .rates import rates
from .securities import securities
from .transfers import transfers
from .users import users
from .wallets import wallets

API_BLUEPRINTS: tuple[Blueprint, ...] = (
    authentication,
    banks,
    cards,
    checkouts,
    countries,
    currencies,
    deposits,
    kyc,
    notifications,
    orders,
    platforms,
    quotes,
    rates,
    securities,
    transfers,
    users,
    wallets,
)
