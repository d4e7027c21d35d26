"""Failures: what went wrong with a call, as one of the kit's own errors."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3

from checkout_kit.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
)
from checkout_kit.http.connection import AnswerTooLong

#: Whatever requests and the libraries below it raise during a call.
CALL_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    AnswerTooLong,
    OSError,
    UnicodeError,
)
_NOT_HTTP = (
    http.client.BadStatusLine,
    http.client.LineTooLong,
    urllib3.exceptions.InvalidChunkLength,
)
_MAX_MESSAGES = 10
_MAX_MESSAGE = 300
_MAX_RETRY_AFTER = 7 * 24 * 3600


def to_provider_error(provider: str, failure: BaseException) -> ProviderError:
    """Turn an exception of the HTTP libraries into one of ours.

    The result holds no text of the original, which may quote URLs and headers.
    """
    chain = list(_chain(failure))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(link, kinds) for link in chain)

    if has(AnswerTooLong):
        return ProviderProtocolError(provider, "the answer is too long")
    if has(requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        return ProviderProtocolError(
            provider, "TLS failed: the certificate or the protocol was not accepted"
        )
    if has(
        socket.gaierror,
        requests.exceptions.ConnectTimeout,
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        ConnectionRefusedError,
    ):
        return ProviderUnreachable(provider, "no connection could be made")
    if has(requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return ProviderTimeout(provider, "no complete answer in time")
    if has(
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        urllib3.exceptions.LocationValueError,
        UnicodeError,
    ):
        return ProviderProtocolError(provider, "the request could not be built")
    if has(*_NOT_HTTP) and not has(http.client.RemoteDisconnected):
        return ProviderProtocolError(provider, "the answer is not HTTP")
    # Sent in part or in whole: whether the provider acted is unknown.
    return ProviderUnavailable(provider, "the connection broke before the answer")


def from_status(
    provider: str,
    status: int,
    *,
    messages: Sequence[str],
    headers: Mapping[str, str],
    is_readable: bool,
    evidence: str,
) -> ProviderError:
    """Turn an answer that is no success into an error.

    :param messages: the provider's own words, already cleaned.
    :param is_readable: whether the body was empty or JSON, as an API's own answers are.
    """
    said = f": {'; '.join(messages)}" if messages else ""
    if status == 429:
        return ProviderRateLimited(
            provider,
            f"too many calls{said}",
            status=status,
            retry_after=retry_after(headers),
        )
    if status >= 500 or status == 408:
        return ProviderUnavailable(
            provider,
            f"answered with status {status}{said}",
            status=status,
            retry_after=retry_after(headers),
        )
    if status in (401, 403):
        return ProviderAuthError(
            provider,
            f"does not accept our credentials or clock (status {status}){said}",
            status=status,
            messages=messages,
        )
    if 400 <= status and is_readable:
        return ProviderRefused(
            provider,
            f"refused (status {status}){said}",
            status=status,
            messages=messages,
        )
    if 300 <= status < 400:
        return ProviderProtocolError(
            provider, f"redirects (status {status}), which is never followed"
        )
    return ProviderProtocolError(
        provider, f"answered with status {status} and no JSON", evidence=evidence
    )


def clean_messages(messages: Any) -> tuple[str, ...]:
    """Keep what can be shown of a provider's words: short, printable text."""
    if isinstance(messages, str) or not isinstance(messages, Sequence):
        return ()
    cleaned = []
    for message in messages[:_MAX_MESSAGES]:
        if isinstance(message, str):
            text = "".join(c if c.isprintable() else " " for c in message)
            cleaned.append(text.strip()[:_MAX_MESSAGE])
    return tuple(text for text in cleaned if text)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Read for how many seconds a provider wants to be left alone.

    A date is compared with the answer's own ``Date``, so no clock of ours is needed.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return min(int(value), _MAX_RETRY_AFTER)
    try:
        seconds = (
            parsedate_to_datetime(value)
            - parsedate_to_datetime(headers.get("date", "").strip())
        ).total_seconds()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return min(max(int(seconds), 0), _MAX_RETRY_AFTER)


def _chain(failure: BaseException) -> Sequence[BaseException]:
    """The failure with whatever it wraps, in requests' and urllib3's ways of it."""
    found: list[BaseException] = []
    waiting: list[Any] = [failure]
    while waiting and len(found) < 20:
        link = waiting.pop()
        if isinstance(link, BaseException) and link not in found:
            found.append(link)
            waiting += [*link.args, getattr(link, "reason", None)]
            waiting += [link.__cause__, link.__context__]
    return found
