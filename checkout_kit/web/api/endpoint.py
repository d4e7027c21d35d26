"""Endpoints: each is declared once, for its route, its checks and its documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema

from checkout_kit.domain.api_key import ApiKey
from checkout_kit.domain.checkout import Checkout
from checkout_kit.services.store import Store


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key of a store, from an address."""

    key: ApiKey
    store: Store
    address: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an endpoint, authenticated and read by its schemas.

    ``operation_key`` names what the request does: the same one is given again if the
    same request is repeated after a crash, so hand it to services that must not do a
    thing twice.
    """

    now: datetime
    query: Mapping[str, Any]
    body: Any
    caller: Caller | None = None
    operation_key: str = ""
    prefix: str = ""

    def path(self, rest: str) -> str:
        """A path of the API, with its prefix."""
        return f"{self.prefix}{rest}"

    @property
    def store(self) -> Store:
        """The services of the caller's store; a public endpoint has none."""
        if self.caller is None:
            raise RuntimeError("a public endpoint serves no store")
        return self.caller.store


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path.

    ``view`` gets the call and returns what ``answer`` writes. ``calls_providers`` says
    that it waits for a network; any other changing endpoint runs in one transaction
    with everything that it does. ``is_reading`` says that a POST changes nothing.
    ``shown`` gives the one checkout that ``answer`` is made of: the answer is then
    given again while that checkout is at the same version.
    ``needs_allow_list`` lets it be called only from an
    address that the key's allow-list names.
    """

    method: str
    path: str
    view: Callable[[Call], Any]
    answer: type[Schema]
    summary: str
    tag: str
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    description: str = ""
    is_public: bool = False
    calls_providers: bool = False
    is_reading: bool = False
    needs_allow_list: bool = False
    shown: Callable[[Any], Checkout] | None = None

    @property
    def is_changing(self) -> bool:
        """Whether a request may change something."""
        return self.method != "GET" and not self.is_reading

    @property
    def name(self) -> str:
        """A name of its own among all endpoints, such as ``post_checkout_commit``."""
        words = self.path.strip("/").replace("/", "_").replace("-", "_")
        return f"{self.method.lower()}_{words}"
