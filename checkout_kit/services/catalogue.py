"""The catalogue: which currencies a store charges in, and what they are paid with."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checkout_kit.domain.currency import NATIVE_ASSETS, Currency
from checkout_kit.domain.quote import PaymentMethod
from checkout_kit.services.quoting import Quoting

#: How long what providers said of their methods is used again.
_FRESH_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Asset:
    """A currency that can be charged or paid in, and the providers who take it."""

    currency: Currency
    name: str
    providers: tuple[str, ...]
    network_name: str = ""

    @property
    def is_fiat(self) -> bool:
        """Whether it is money of a state."""
        return self.currency.is_fiat


@dataclass(frozen=True, slots=True)
class Network:
    """A blockchain, known by its native asset, and what can be paid over it."""

    code: str
    name: str
    native_name: str
    assets: tuple[Asset, ...] = field(repr=False)


class Catalogue:
    """Asks providers what they offer, at most every few minutes."""

    def __init__(self, quoting: Quoting, currencies: Sequence[Currency]) -> None:
        self._quoting = quoting
        self._currencies = tuple(currencies)
        self._lock = threading.Lock()
        self._known: tuple[datetime, Sequence[Asset]] | None = None

    def list_assets(self, now: datetime) -> Sequence[Asset]:
        """All assets: what is charged in, then what is paid with; calls providers."""
        with self._lock:
            if self._known is not None and now - self._known[0] < _FRESH_FOR:
                return self._known[1]
        found = self._ask()
        # Nothing is not kept: a provider that was down may be back in a moment.
        if any(not asset.is_fiat for asset in found):
            with self._lock:
                self._known = (now, found)
        return found

    def list_networks(self, now: datetime) -> Sequence[Network]:
        """The blockchains that assets are paid over; calls providers."""
        groups: dict[str, list[Asset]] = {}
        for asset in self.list_assets(now):
            if asset.currency.network is not None:
                groups.setdefault(asset.currency.network, []).append(asset)
        return [_network(network, assets) for network, assets in groups.items()]

    def _ask(self) -> Sequence[Asset]:
        takers: dict[Currency, list[str]] = {code: [] for code in self._currencies}
        seen: dict[Currency, PaymentMethod] = {}
        for currency in self._currencies:
            for method in self._quoting.list_methods(currency):
                seen.setdefault(method.currency, method)
                for one in (currency, method.currency):
                    providers = takers.setdefault(one, [])
                    if method.provider not in providers:
                        providers.append(method.provider)
        return [_asset(currency, takers[currency], seen) for currency in takers]


def _asset(
    currency: Currency,
    providers: Sequence[str],
    seen: Mapping[Currency, PaymentMethod],
) -> Asset:
    method = seen.get(currency)
    return Asset(
        currency=currency,
        name=method.name if method else currency.code,
        providers=tuple(providers),
        network_name=(method.network_name if method else "") or currency.network or "",
    )


def _network(network: str, assets: Sequence[Asset]) -> Network:
    native = {name: code for code, (name, _) in NATIVE_ASSETS.items()}.get(network)
    first = next((a for a in assets if a.currency.code == native), assets[0])
    return Network(
        code=native or first.currency.code,
        name=first.network_name,
        native_name=first.name,
        assets=tuple(assets),
    )
