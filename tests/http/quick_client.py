"""An ApiClient that gives up soon, before a raw server, and what it fails with."""

from __future__ import annotations

import pytest

from checkout_kit.errors import ProviderError
from checkout_kit.http import ApiClient, Limits
from tests.http.raw_server import Answerer, RawServer, serving

SECRET = "correct-horse-battery-staple"
QUICK = Limits(connect=0.5, read=0.3, total=0.8, max_bytes=100_000, attempts=2)


def make_client(server: RawServer, **options: object) -> ApiClient:
    settings: dict[str, object] = {"limits": QUICK, "secrets": [SECRET]}
    return ApiClient("acme", server.url + "/api/v1", **(settings | options))  # type: ignore[arg-type]


def failure_of(answerer: Answerer, **options: object) -> ProviderError:
    """What a call fails with, which tells no secret."""
    with serving(answerer) as server:
        client = make_client(server, **options)
        with pytest.raises(ProviderError) as caught:
            client.get("/thing", {"secret": SECRET})
        client.close()
    error = caught.value
    assert SECRET not in repr(error) + str(error) + repr(vars(error))
    # Error reports print contexts and causes: no request may hang on to them.
    assert error.__cause__ is None and error.__context__ is None
    return error
