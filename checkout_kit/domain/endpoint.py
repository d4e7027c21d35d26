"""Endpoints: addresses of a store that hear of its events by webhook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checkout_kit.domain.event import EVENT_HOOKS
from checkout_kit.errors import InputError


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """One address, what it wants to hear of, and the secrets that sign for it.

    ``event_types`` holds types (``checkout.paid``) and groups (``checkout.*``); empty
    means all. After a rotation the former secret signs too, until
    ``previous_until``. ``problem`` says why it was disabled.
    """

    id: str
    store_id: str
    url: str
    secret: str = field(repr=False)
    created_at: datetime
    event_types: tuple[str, ...] = ()
    previous_secret: str | None = field(repr=False, default=None)
    previous_until: datetime | None = None
    disabled_at: datetime | None = None
    problem: str | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether new events are sent to it."""
        return self.disabled_at is None

    def wants(self, type: str) -> bool:
        """Whether it is to hear of a type of event."""
        group = type.partition(".")[0] + ".*"
        return not self.event_types or bool({type, group} & set(self.event_types))

    def keys(self, now: datetime) -> Sequence[str]:
        """The secrets that sign now, the newest first."""
        if self.previous_secret is None or self.previous_until is None:
            return [self.secret]
        return [self.secret, self.previous_secret][
            : 2 if now < self.previous_until else 1
        ]


def check_event_types(types: Sequence[str]) -> tuple[str, ...]:
    """Accept a filter of event types.

    :raises InputError: naming the type that does not exist.
    """
    groups = {type.partition(".")[0] + ".*" for type in EVENT_HOOKS}
    for type in types:
        if type not in EVENT_HOOKS and type not in groups:
            known = ", ".join([*EVENT_HOOKS, *sorted(groups)])
            raise InputError("events", f"{type[:64]!r} is none of {known}")
    return tuple(dict.fromkeys(types))
