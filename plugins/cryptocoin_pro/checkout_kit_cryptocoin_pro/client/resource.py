"""Resource: what the parts of the client have in common."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit_cryptocoin_pro.client.transport import Transport


class Resource:
    """One part of the API, on the transport that all parts share."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._answers = transport.answers


def given(**parameters: str | None) -> Mapping[str, str] | None:
    """The query of those parameters that are given."""
    found = {name: value for name, value in parameters.items() if value is not None}
    return found or None
