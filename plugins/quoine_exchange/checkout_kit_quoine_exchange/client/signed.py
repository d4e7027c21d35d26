"""The signed client: what the vendor's calls and a user's have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from checkout_kit import Clock, ProviderProtocolError, ProviderUnavailable
from checkout_kit.http import (
    ApiAnswer,
    ApiAuth,
    ApiClient,
    JsonError,
    dump_json,
    explain_outage,
    read_errors,
)
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings


class SignedClient:
    """Calls the API with one pair of id and secret; safe for many threads."""

    def __init__(
        self,
        settings: QuoineExchangeSettings,
        clock: Clock,
        provider: str,
        signer: tuple[str, str],
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.provider = provider
        signer_id, secret = signer
        self.api = ApiClient(
            provider,
            settings.base_url,
            auth=ApiAuth(
                signer_id,
                secret,
                clock.now,
                base_url=settings.base_url,
                signed_prefix=settings.signed_prefix,
                content_md5=settings.content_md5,
            ),
            read_messages=read_errors,
            secrets=(secret, *secrets),
            limits=settings.limits,
            allow_plain_http=settings.test_mode,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.api.base_url}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self.api.close()

    def checked(self, call: Callable[[], ApiAnswer]) -> Any:
        """Make a call, and tell the three meanings of status 503 apart."""
        try:
            return call().data
        except ProviderUnavailable as err:
            raise explain_outage(err) from None

    def read(self, schema: Schema, data: Any, where: str, *, many: bool = False) -> Any:
        """Read an answer by its schema.

        :raises ProviderProtocolError: if it is not what the document describes.
        """
        if not isinstance(data, list if many else Mapping):
            expected = "a list" if many else "an object"
            raise self.odd(f"{where}: the answer is not {expected}", data)
        try:
            return schema.load(data, many=many)
        except ValidationError as err:
            raise self.odd(f"{where}: {_problem(err)}", data) from None

    def odd(self, problem: str, data: Any) -> ProviderProtocolError:
        """Make the error of an answer that can't be used."""
        try:
            # A secret that nobody knows yet must not get into evidence either.
            text = dump_json(_without_secrets(data)).decode()
        except JsonError:
            text = type(data).__name__
        return ProviderProtocolError(
            self.provider, problem, evidence=self.api.redact(text)
        )


def _without_secrets(data: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    return {k: v for k, v in data.items() if k not in ("secret", "auth_code", "email")}


def _problem(error: ValidationError) -> str:
    """Name the first field and problem, without the value."""
    messages: Any = error.normalized_messages()  # type: ignore[no-untyped-call]
    path = []
    while isinstance(messages, Mapping) and messages:
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    first = messages[0] if isinstance(messages, list) and messages else "is odd"
    return f"{'.'.join(path)} {first}"
