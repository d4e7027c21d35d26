"""What sends over the network, as the services see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class PostAnswer(Protocol):
    """What a receiver answered."""

    @property
    def status(self) -> int: ...
    @property
    def excerpt(self) -> str: ...
    @property
    def retry_after(self) -> int | None: ...


class Poster(Protocol):
    """POSTs bodies to addresses that others chose, guarded and bounded."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> PostAnswer:
        """Send once.

        :raises SendFailed: if no answer came.
        """
