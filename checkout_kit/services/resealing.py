"""Resealing: what is kept encrypted gets under the newest key; old ones can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkout_kit.services.ports import UnitOfWorkFactory

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of one kind of rows; ``unreadable`` are ids that no key opens."""

    kind: str
    changed: int
    unreadable: Sequence[str]


class Resealing:
    """Encrypts all secrets anew, a batch in each transaction; may be done again."""

    def __init__(self, units: UnitOfWorkFactory) -> None:
        self._units = units

    def run(self) -> Sequence[Resealed]:
        """Encrypt with the newest key what an older one encrypted.

        Nothing else of the rows changes, and no secret is shown.

        :raises ConfigurationError: if there is no key.
        """
        with self._units.read() as unit:
            kinds = list(unit.sealed.kinds)
        return [self._renew(kind) for kind in kinds]

    def _renew(self, kind: str) -> Resealed:
        changed, unreadable = 0, list[str]()
        after: str | None = ""
        while after is not None:
            with self._units.write() as unit:
                after, more, lost = unit.sealed.renew(kind, after, limit=_BATCH)
                unit.commit()
            changed += more
            unreadable += lost
        return Resealed(kind, changed, unreadable)
