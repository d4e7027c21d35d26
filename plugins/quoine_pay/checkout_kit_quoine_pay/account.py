"""The merchant's account: its currency, and its one callback address."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from checkout_kit import (
    Clock,
    Currency,
    ProviderContext,
    ProviderError,
)
from checkout_kit_quoine_pay.amounts import parse_fiat
from checkout_kit_quoine_pay.answers import ProfileAnswer
from checkout_kit_quoine_pay.callback import derive_token
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettings

logger = logging.getLogger("checkout_kit_quoine_pay")


class Account:
    """What GET /profile says, remembered for a while behind a lock."""

    def __init__(
        self,
        client: QuoinePayClient,
        settings: QuoinePaySettings,
        context: ProviderContext,
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock: Clock = context.clock
        self._own_prefix = f"{context.webhook_url}/"
        self._callback_url = f"{self._own_prefix}{derive_token(settings)}"
        self._lock = threading.Lock()
        self._known: tuple[datetime, ProfileAnswer] | None = None

    def currency(self) -> Currency:
        """The currency of every price; asked for if it is not known or too old.

        :raises ProviderError: if it can't be asked for.
        """
        now = self._clock.now()
        with self._lock:
            known = self._known
        if known is not None and now - known[0] < self._settings.profile_age:
            return self._to_currency(known[1])
        return self._to_currency(self.fetch())

    def fetch(self) -> ProfileAnswer:
        """Ask for the profile now."""
        profile = self._client.get_profile()
        with self._lock:
            self._known = (self._clock.now(), profile)
        return profile

    def fetch_currency(self) -> Currency:
        """Ask for the currency now, before money depends on it."""
        return self._to_currency(self.fetch())

    def ensure_callback(self) -> None:
        """Have the account call us, unless it calls somebody else.

        The account has one callback for all: a foreign one is never replaced. A failure
        costs nothing but time: invoices are looked at all the same.
        """
        with self._lock:
            known = self._known
        if not self._settings.register_callback or known is None:
            return
        profile = known[1]
        if profile.callback == self._callback_url or self._is_foreign(profile):
            return
        try:
            self._client.set_callback(self._callback_url)
            self.fetch()
        except ProviderError as err:
            logger.warning("the callback address could not be set: %s", err)

    def describe(self, profile: ProfileAnswer) -> str:
        """Say for operators what the account is like."""
        if profile.callback is None:
            callback = "no callback address yet"
        elif self._is_foreign(profile):
            callback = "its callback goes to another address, so payments are polled"
        else:
            callback = "it calls back here"
        status = profile.status or "unknown"
        return (
            f"reachable; prices in {self._to_currency(profile)}; "
            f"account status {status[:40]}; {callback}"
        )

    def _is_foreign(self, profile: ProfileAnswer) -> bool:
        callback = profile.callback
        return callback is not None and not callback.startswith(self._own_prefix)

    def _to_currency(self, profile: ProfileAnswer) -> Currency:
        return parse_fiat(self._client.provider, profile.currency)
