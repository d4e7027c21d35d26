"""Sessions: each user's token, made when needed and renewed before its end."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkout_kit import Clock
from checkout_kit_cryptocoin_pro.answers import Session

_RENEWED_BEFORE = timedelta(hours=1)
#: Sessions of buyers are kept for so many of them at most.
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Held:
    session: Session
    renew_at: datetime


class SessionBook:
    """The sessions of the merchant (None) and of buyers, by the provider's user id.

    Safe for many threads: one logs in, the others wait for it.
    """

    def __init__(self, clock: Clock, log_in: Callable[[str | None], Session]) -> None:
        self._clock = clock
        self._log_in = log_in
        self._lock = threading.Lock()
        self._held: OrderedDict[str | None, _Held] = OrderedDict()

    def get(self, user_id: str | None, instead_of: Session | None = None) -> Session:
        """A session that is valid for a while.

        :param instead_of: one that the API does not accept any more.
        """
        with self._lock:
            held, now = self._held.get(user_id), self._clock.now()
            if held and held.session is not instead_of and now < held.renew_at:
                self._held.move_to_end(user_id)
                return held.session
            session = self._log_in(user_id)
            lifetime = timedelta(seconds=session.lifetime)
            margin = min(_RENEWED_BEFORE, lifetime / 2)
            self._held[user_id] = _Held(session, now + lifetime - margin)
            self._held.move_to_end(user_id)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
            return session

    def forget(self, user_id: str | None = None) -> None:
        """Log in anew at the next call."""
        with self._lock:
            self._held.pop(user_id, None)

    def tokens(self) -> list[str]:
        """Every token that is held: none may get into an error."""
        return [held.session.token for held in list(self._held.values())]
