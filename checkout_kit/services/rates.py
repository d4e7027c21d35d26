"""Rates: what the enabled plugins say that markets pay at present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkout_kit.domain.rate import Rate
from checkout_kit.errors import CheckoutKitError
from checkout_kit.services.basis import Basis


@dataclass(frozen=True, slots=True)
class RateReport:
    """What one plugin said; ``problem`` tells why it has no rates.

    ``stale`` are rates that it handed out although they are too old: for operators to
    see, never for use.
    """

    provider: str
    rates: Sequence[Rate] = ()
    stale: Sequence[Rate] = ()
    problem: str | None = None


class Rates:
    """Asks for rates, and keeps stale ones apart."""

    def __init__(self, basis: Basis) -> None:
        self._providers = basis.providers
        self._policy = basis.policy
        self._clock = basis.clock

    def fetch_all(self) -> Sequence[RateReport]:
        """Ask every source, one after the other; one that fails hides no other.

        Sources that were told of no market are left out.
        """
        reports = [
            self._fetch(name)
            for name in self._providers.names
            if self._providers.supports(name, "fetch_rates")
        ]
        return [report for report in reports if report is not None]

    def _fetch(self, provider: str) -> RateReport | None:
        try:
            found: Sequence[Rate] | None = self._providers.call(
                provider, "fetch_rates", deadline=self._policy.provider_deadline
            )
        except CheckoutKitError as err:
            return RateReport(provider, problem=str(err))
        if found is None:
            return None
        now, rates = self._clock.now(), list(found)
        return RateReport(
            provider,
            rates=[rate for rate in rates if not rate.is_stale(now)],
            stale=[rate for rate in rates if rate.is_stale(now)],
            problem=None if rates else "knows no rate",
        )
