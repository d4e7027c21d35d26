"""Wallets: what a merchant's account at a provider holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.iso4217 import MINOR_UNITS
from checkout_kit.domain.money import Money, sum_text
from checkout_kit.errors import AmountError, CurrencyError


@dataclass(frozen=True, slots=True)
class Wallet:
    """What an account holds of one asset.

    ``reference`` is the provider's own name of it, which a withdrawal takes its money
    from. The same code of two issuers is two wallets. ``balance`` is None where the
    provider has no way to tell it, and ``currency`` is mandatory only then. ``name`` is
    for people.
    """

    reference: str
    balance: Money | None
    name: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    currency: Currency = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        check_text("wallet.reference", self.reference, maximum=200)
        if self.balance is None:
            if not isinstance(self.currency, Currency):
                raise CurrencyError("wallet.currency", "is mandatory without a balance")
            return
        if self.balance.amount < 0:
            raise AmountError("wallet.balance", "must not be negative")
        if self.currency not in (None, self.balance.currency):
            raise CurrencyError("wallet.currency", "is not that of the balance")
        object.__setattr__(self, "currency", self.balance.currency)

    @property
    def balance_text(self) -> str | None:
        """The balance as plain text; None where it can't be told."""
        return None if self.balance is None else self.balance.to_text()


@dataclass(frozen=True, slots=True)
class Holding:
    """One wallet at one provider."""

    provider: str
    wallet: Wallet

    @property
    def id(self) -> str:
        """Tells it from every other: ``provider/reference``."""
        return f"{self.provider}/{self.wallet.reference}"


@dataclass(frozen=True, slots=True)
class CurrencyHoldings:
    """What is held of everything that goes by one code, at all providers.

    The same code of two issuers is two assets: their sum is for showing, never for
    computing with.
    """

    code: str
    holdings: Sequence[Holding]

    @property
    def is_fiat(self) -> bool:
        """Whether the code is that of a state's money, or of tokens for it."""
        return self.code in MINOR_UNITS

    @property
    def balance_text(self) -> str:
        """The sum of what is told, as plain text."""
        told = (holding.wallet.balance for holding in self.holdings)
        return sum_text(balance for balance in told if balance is not None)


@dataclass(frozen=True, slots=True)
class WalletStatement:
    """What all providers hold at one moment.

    ``unavailable`` says which could not be asked, and why: what they hold is missing
    from the sums.
    """

    currencies: Sequence[CurrencyHoldings]
    unavailable: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, holdings: Iterable[Holding], unavailable: Mapping[str, str]
    ) -> WalletStatement:
        """Put wallets together by the codes of their currencies."""
        by_code: dict[str, list[Holding]] = {}
        for holding in holdings:
            code = holding.wallet.currency.code
            by_code.setdefault(code, []).append(holding)
        return cls(
            [CurrencyHoldings(code, by_code[code]) for code in sorted(by_code)],
            dict(unavailable),
        )

    @property
    def holdings(self) -> Sequence[Holding]:
        """Every wallet."""
        return [
            holding for currency in self.currencies for holding in currency.holdings
        ]
