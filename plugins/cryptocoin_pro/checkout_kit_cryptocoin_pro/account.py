"""Account: what the merchant's account and platform allow at present."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from checkout_kit import Clock, Currency, Money, ProviderError
from checkout_kit_cryptocoin_pro.answers import (
    Asset,
    Bank,
    Limits,
    PaymentGate,
    PlatformDetails,
    Profile,
)
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import SYMBOLS, CryptocoinProSettings
from checkout_kit_cryptocoin_pro.symbols import to_symbol

_DEPOSIT, _SELL, _BUY, _WITHDRAW = (
    "deposit",
    "sell_to_fiat",
    "buy_with_fiat",
    "withdraw",
)


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account at one moment; what is not used is None."""

    profile: Profile | None
    assets: Mapping[str, Asset]
    platform: PlatformDetails | None

    def find_obstacle(self, kyc_level: int) -> str | None:
        """Why the merchant can sell nothing, None if he can."""
        profile = self.profile
        if profile is None:
            return "its account was not looked at"
        if not profile.is_active:
            return "its account is inactive"
        if not profile.may_trade:
            return "its account may not trade"
        if profile.closes_at is not None:
            return "its account is about to be closed"
        kyc = profile.kyc
        if kyc is None or kyc.status != "ACCEPTED":
            return "its KYC is not accepted"
        if kyc.level < kyc_level:
            return f"its KYC level is {kyc.level}, below the setting kyc_level"
        return None

    def can_sell(self, code: str, fiat: Currency) -> bool:
        """Whether coins can be deposited, and sold to this fiat currency."""
        asset = self.assets.get(SYMBOLS[code])
        return asset is not None and (
            _is_open(asset, _DEPOSIT, None) and _is_open(asset, _SELL, fiat.code)
        )

    def can_buy(self, code: str, fiat: Currency, kind: str) -> bool:
        """Whether buyers can buy coins with this fiat currency, and send them on."""
        platform = self.platform
        if platform is None or not platform.has_checkout:
            return False
        known = {asset.symbol: asset for asset in platform.assets}
        asset = known.get(SYMBOLS[code])
        return (
            asset is not None
            and _is_open(asset, _BUY, fiat.code)
            and _is_open(asset, _WITHDRAW, None)
            and bool(_gates(platform, kind, fiat))
        )

    def allows_sale(self, amount: Money, due: Money) -> bool:
        """Whether a sale is within the limits of its operations and the KYC level."""
        asset = self.assets.get(to_symbol(amount.currency))
        if asset is None or self.profile is None or self.profile.kyc is None:
            return False
        if not _within(asset, (_DEPOSIT, _SELL), amount, due):
            return False
        platform = self.platform
        if platform is None or platform.fiat != due.currency.code:
            return True
        most = platform.largest_sale.get(self.profile.kyc.level)
        return most is None or due.fraction <= Fraction(most)

    def allows_purchase(self, kind: str, amount: Money, charged: Money) -> bool:
        """Whether a purchase is within the limits of asset and way to pay."""
        platform = self.platform
        if platform is None:
            return False
        known = {asset.symbol: asset for asset in platform.assets}
        asset = known.get(to_symbol(amount.currency))
        if asset is None or not _within(asset, (_BUY, _WITHDRAW), amount, charged):
            return False
        return any(
            (gate.least is None or charged.fraction >= Fraction(gate.least))
            and (gate.most is None or charged.fraction <= Fraction(gate.most))
            for gate in _gates(platform, kind, charged.currency)
        )


class AccountWatch:
    """Looks at the account, and remembers for a while. Safe for many threads."""

    def __init__(
        self, client: CryptocoinProClient, settings: CryptocoinProSettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: tuple[AccountView, datetime] | None = None

    def look(self, *, afresh: bool = False) -> AccountView:
        """The account as it is, or was a moment ago.

        :raises ProviderError: if it can't be looked at.
        """
        lifetime = timedelta(seconds=self._settings.account_lifetime)
        now = self._clock.now()
        with self._lock:
            seen = self._seen
        if seen is not None and not afresh and now - seen[1] < lifetime:
            return seen[0]
        view = self._read()
        with self._lock:
            self._seen = (view, now)
        return view

    def check(self) -> str:
        """Say that everything that the settings offer can be used.

        :raises ProviderError: naming what can't.
        """
        view, settings = self.look(afresh=True), self._settings
        problems: list[str] = []
        if settings.assets:
            obstacle = view.find_obstacle(settings.kyc_level)
            problems += [obstacle] if obstacle else []
            problems += [
                f"{code} can't be deposited or sold"
                for code in settings.assets
                if not _has(view.assets.get(SYMBOLS[code]), _DEPOSIT, _SELL)
            ]
            if not any(bank.id == settings.bank_id for bank in self._banks(view)):
                problems.append("bank_id is no confirmed bank account of it")
        if settings.redirect_wallets and view.platform is not None:
            if not view.platform.has_checkout:
                problems.append("its platform has no checkout page")
            known = {asset.symbol: asset for asset in view.platform.assets}
            problems += [
                f"{code} can't be bought or withdrawn on its page"
                for code in settings.redirect_wallets
                if not _has(known.get(SYMBOLS[code]), _BUY, _WITHDRAW)
            ]
        if problems:
            raise ProviderError(self._client.provider, "; ".join(problems))
        return _praise(view)

    def _read(self) -> AccountView:
        settings = self._settings
        profile = self._client.users.get() if settings.assets else None
        assets: Sequence[Asset] = ()
        if settings.assets:
            assets = self._client.catalogue.list_assets().items
        platform = self._client.platform.get() if settings.platform_id else None
        return AccountView(profile, {a.symbol: a for a in assets}, platform)

    def _banks(self, view: AccountView) -> Sequence[Bank]:
        banks = view.profile.banks if view.profile else ()
        return [bank for bank in banks if bank.status.upper() == "CONFIRMED"]


def _praise(view: AccountView) -> str:
    parts = []
    if view.profile is not None and view.profile.kyc is not None:
        parts.append(f"the account may trade, at KYC level {view.profile.kyc.level}")
    if view.platform is not None:
        parts.append(f"the platform is {view.platform.code}")
    return "; ".join(parts)


def _is_open(asset: Asset, name: str, fiat: str | None) -> bool:
    found = asset.find(name, fiat)
    return bool(found) and all(operation.is_enabled for operation in found)


def _has(asset: Asset | None, *names: str) -> bool:
    """Whether an asset has operations that are open, for any currency."""
    if asset is None:
        return False
    usable = {o.name for o in asset.operations if o.is_enabled}
    return usable >= set(names)


def _within(asset: Asset, names: Sequence[str], amount: Money, fiat: Money) -> bool:
    limits = [o.limits for name in names for o in asset.find(name, fiat.currency.code)]
    return all(_keeps(limit, amount, fiat) for limit in limits)


def _keeps(limits: Limits, amount: Money, fiat: Money) -> bool:
    bounds = (
        (limits.crypto_min, limits.crypto_max, amount),
        (limits.fiat_min, limits.fiat_max, fiat),
    )
    return all(
        (least is None or money.fraction >= Fraction(least))
        and (most is None or money.fraction <= Fraction(most))
        for least, most, money in bounds
    )


def _gates(
    platform: PlatformDetails, kind: str, fiat: Currency
) -> Sequence[PaymentGate]:
    """The ways to pay of a kind: a bank's name is its currency, a card's processor."""
    return [
        gate
        for gate in platform.gates
        if gate.kind == kind
        and gate.is_enabled
        and (kind != "bank" or gate.name.upper() == fiat.code)
    ]
