"""Deliveries: one event on its way to one subscriber, and each attempt at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from checkout_kit.domain.event import Event


class DeliveryStatus(str, Enum):
    """How far a delivery has come."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    #: Given up; only a redelivery by hand tries again.
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who hears of an event, and by which lane.

    A lane is worked through one delivery at a time and never waits for another one;
    the empty lane is what needs no network.
    """

    subscriber: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery that was claimed."""

    event: Event
    subscriber: str
    #: The attempts so far.
    attempts: int
    #: Since when it is tried: the event's, or that of a redelivery by hand.
    started_at: datetime


class SendResult(str, Enum):
    """What became of an attempt."""

    DELIVERED = "DELIVERED"
    #: It failed, and is tried again.
    FAILED = "FAILED"
    #: It failed for good: trying again can't help.
    REFUSED = "REFUSED"
    #: The receiver said that it is gone and wants no more.
    GONE = "GONE"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """How an attempt over the network went, for the log and the next attempt.

    ``has_trouble`` says that the receiver as a whole is in trouble, so that its other
    deliveries wait as well, for ``retry_after`` seconds if it named some.
    """

    result: SendResult
    problem: str = ""
    status: int | None = None
    answer: str = field(default="", repr=False)
    retry_after: int | None = None
    has_trouble: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """A line of the delivery log."""

    event_id: str
    subscriber: str
    attempted_at: datetime
    milliseconds: int
    result: SendResult
    status: int | None = None
    problem: str = ""
    answer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """How an event's delivery to one subscriber stands."""

    event_id: str
    subscriber: str
    lane: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    problem: str | None
