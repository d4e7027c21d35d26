"""Answers: what the API said, as frozen objects that the rest of the plugin uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class UserAnswer:
    """A user, as it is answered when it is made or changed; with its secret."""

    id: int
    secret: str = field(repr=False)
    ext_id: str


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """A fiat account and what it holds."""

    id: int
    currency: str
    balance: Decimal


@dataclass(frozen=True, slots=True)
class MovementAnswer:
    """An account after money went in or out; ``request_id`` is ours, said back."""

    id: int
    currency: str
    balance: Decimal
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class CryptoWithdrawalAnswer:
    """A crypto withdrawal; of its states the document names ``pending`` alone."""

    id: int
    amount: Decimal
    address: str
    state: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CryptoWithdrawalPage:
    """A page of GET /crypto_withdrawals; its order is not documented."""

    withdrawals: tuple[CryptoWithdrawalAnswer, ...]
    current_page: int
    total_pages: int
