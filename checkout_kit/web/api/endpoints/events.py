"""Endpoints of events: what happened, in an order that a reader can go on after."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.events import EventPageSchema, EventQuerySchema


def list_events(call: Call) -> Any:
    """List a page of the store's events."""
    query = call.query
    after, before, limit = query["after"], query["before"], query["limit"]
    is_oldest_first = after is not None
    found = call.store.event_log.page(
        after=after if is_oldest_first else before,
        limit=limit,
        type=query["type"],
        newest_first=not is_oldest_first,
    )
    return {
        "events": [event.to_document() for event in found],
        "limit": limit,
        # Where to go on: `after` this one, or `before` it. A reader that has seen all
        # keeps its place.
        "last": found[-1].position if found else (after if is_oldest_first else before),
    }


ENDPOINTS = (
    Endpoint(
        "GET",
        "/events",
        list_events,
        EventPageSchema,
        "List events",
        "Events",
        query=EventQuerySchema,
        description=(
            "Without `after` the newest come first. With `after`, the `sequence` of "
            "the last event that you know (0 for the beginning), what came later is "
            "listed, the oldest first; go on after the answer's `last`, and you miss "
            "none."
        ),
    ),
)
