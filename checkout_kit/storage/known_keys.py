"""Known keys: API keys as the database has them, made anew only where a row changed.

Who calls the REST API is asked of the database at every request, so that a key which
was revoked, rotated or bound to addresses is so at once, in every process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from sqlalchemy import bindparam, select

from checkout_kit.domain.api_key import ApiKey, FoundCaller
from checkout_kit.storage import tables
from checkout_kit.storage.api_keys import api_key_from_values
from checkout_kit.storage.direct import DirectSelect
from checkout_kit.storage.engine import Database

_KEY, _CHECKOUT = tables.api_key, tables.checkout
# Never another store's: its version would let a kept answer be given to a stranger.
_VERSION = (
    select(_CHECKOUT.c.version)
    .where(
        (_CHECKOUT.c.id == bindparam("checkout"))
        & (_CHECKOUT.c.store_id == _KEY.c.store_id)
    )
    .correlate(_KEY)
    .scalar_subquery()
)
_BY_ID = DirectSelect(
    select(_KEY, _VERSION.label("version")).where(_KEY.c.id == bindparam("wanted"))
)
_KEPT = 1024


class KnownKeys:
    """Reads keys, and keeps what it made of a row beside that row."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[tuple[Any, ...], ApiKey]] = OrderedDict()

    def find(self, key_id: str, checkout_id: str) -> FoundCaller | None:
        """Read a key by its id, revoked ones too, by one statement.

        :return: with the version that a checkout is at, if it is of the key's store.
        """
        values = {"wanted": key_id, "checkout": checkout_id}
        found = _BY_ID.first(self._database, values)
        if found is None:
            return None
        row, version = found[:-1], found[-1]
        known = self._known.get(key_id)
        if known is None or known[0] != row:
            made = _BY_ID.to_values(self._database, found)
            known = (row, api_key_from_values(made))
            with self._lock:
                self._known[key_id] = known
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return FoundCaller(known[1], version)
