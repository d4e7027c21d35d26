"""Wallets: what a merchant's account at a provider holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError


@dataclass(frozen=True, slots=True)
class Wallet:
    """What an account holds of one asset.

    ``reference`` is the provider's own name of it, which a withdrawal takes its money
    from. The same code of two issuers is two wallets. ``name`` is for people.
    """

    reference: str
    balance: Money
    name: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text("wallet.reference", self.reference, maximum=200)
        if self.balance.amount < 0:
            raise AmountError("wallet.balance", "must not be negative")
