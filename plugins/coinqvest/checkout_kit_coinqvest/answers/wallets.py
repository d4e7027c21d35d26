"""Answers about wallets and withdrawals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from checkout_kit_coinqvest.answers.listing import BrokenItem


@dataclass(frozen=True, slots=True)
class HeldAsset:
    """An asset in a wallet; its ``id`` is what a withdrawal names as its source."""

    id: str
    balance: Decimal
    issuer_name: str | None = None
    issuer_domain: str | None = None


@dataclass(frozen=True, slots=True)
class WalletAnswer:
    """All assets of one code (GET /wallet); ``balance`` is their sum."""

    asset_code: str
    type: str
    balance: Decimal
    assets: tuple[HeldAsset, ...]


class WithdrawalState(str, Enum):
    """How far a withdrawal is (GET /withdrawal, ``state``)."""

    PENDING_API_COMMIT = "PENDING_API_COMMIT"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class WithdrawalAnswer:
    """A withdrawal, wherever it is listed.

    One of ``target_blockchain`` and ``target_fiat_currency`` is None.
    ``withdrawal_fee`` is in the target's asset. Where it goes stays out of reprs.
    """

    id: str
    state: WithdrawalState
    timestamp: datetime
    source_asset_code: str
    source_asset_issuer: str
    source_amount: Decimal
    target_asset_code: str
    target_asset_issuer: str
    target_amount: Decimal
    withdrawal_fee: Decimal
    target_blockchain: str | None = None
    target_fiat_currency: str | None = None
    transaction_id: str | None = None
    origin: str | None = None
    target_account: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def target_network(self) -> str | None:
        """What the request named as ``targetNetwork``."""
        return self.target_blockchain or self.target_fiat_currency


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """A page of GET /withdrawals, newest first; ``length`` counts broken items too."""

    withdrawals: tuple[WithdrawalAnswer, ...]
    broken: tuple[BrokenItem, ...]
    length: int
    count: int | None = None
