"""Kept answers: what was made for one version of a checkout, to be given again.

Each process keeps its own. Whether one still holds is asked of the database before
each use; what time alone changes ends it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from checkout_kit.domain.checkout import Checkout

ContentT = TypeVar("ContentT")

#: The longest that an answer is given again: the signature of a way back that it may
#: hold is that much older than one made anew.
LONGEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeptAnswer(Generic[ContentT]):
    """What was made of a checkout at a version, and from when to when it holds."""

    content: ContentT
    version: int
    made_at: datetime
    until: datetime


class KeptAnswers(Generic[ContentT]):
    """The answers used last, safe for many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, KeptAnswer[ContentT]] = OrderedDict()

    def find(self, key: Hashable, now: datetime) -> KeptAnswer[ContentT] | None:
        """The answer kept for a key, unless its time is over."""
        with self._lock:
            found = self._answers.get(key)
            # A clock that was set back says nothing about what changed since.
            if found is None or not found.made_at <= now < found.until:
                return None
            self._answers.move_to_end(key)
            return found

    def keep(
        self, key: Hashable, content: ContentT, checkout: Checkout, now: datetime
    ) -> None:
        """Keep what was made of a checkout that was read at ``now``."""
        answer = KeptAnswer(content, checkout.version, now, _until(checkout, now))
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            if len(self._answers) > self._size:
                self._answers.popitem(last=False)


def _until(checkout: Checkout, now: datetime) -> datetime:
    """When time alone may change what is shown: something's own time is over."""
    moments = [checkout.expires_at, *(i.expires_at for i in checkout.invoices)]
    return min([now + LONGEST, *(moment for moment in moments if moment > now)])
