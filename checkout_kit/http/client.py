"""ApiClient: one provider's HTTP API, called with bounds and answered in our errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any

from checkout_kit.errors import (
    ProviderError,
    ProviderProtocolError,
    ProviderUnavailable,
)
from checkout_kit.http.connection import (
    CallBounds,
    Limits,
    SessionPool,
    bounded_by,
)
from checkout_kit.http.exchange import (
    Call,
    Signer,
    Unreadable,
    build_target,
    check_base_url,
    read_body,
)
from checkout_kit.http.failures import (
    CALL_FAILURES,
    clean_messages,
    from_status,
    to_provider_error,
)
from checkout_kit.http.forms import Form
from checkout_kit.http.redaction import Redactor
from checkout_kit.http.strict_json import JsonError, dump_json, parse_json

logger = logging.getLogger("checkout_kit.http")

#: Gets the parsed JSON of an error answer; returns the provider's own words in it.
MessageReader = Callable[[Any], Sequence[str]]

_IDEMPOTENT = frozenset({"GET", "HEAD"})
_EVIDENCE = 2000
_FIRST_PAUSE = 0.2
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A successful answer: the parsed JSON, and headers with lower-case names.

    ``data`` is None if the body was empty.
    """

    status: int
    data: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class ApiClient:
    """Calls one provider's JSON API.

    Every call is bounded in time and bytes, goes to the base URL's host alone, follows
    no redirect and verifies TLS. Only calls that may be repeated are repeated. Whatever
    fails, a :class:`~checkout_kit.errors.ProviderError` is raised, without any secret
    that was registered. Safe for many threads and for forks.

    :param auth: signs each attempt anew; what it returns is treated as secret too.
    :param read_messages: finds the provider's own words in an error answer.
    :param secret_patterns: what is secret wherever it stands, such as tokens in links
        of an answer, as regular expressions.
    :param ca_bundle: a file of certificates to trust in place of the public ones.
    :raises ValueError: if the base URL is not one of a plain https (or http) API.
    """

    def __init__(
        self,
        provider: str,
        base_url: str,
        *,
        auth: Signer | None = None,
        read_messages: MessageReader | None = None,
        secrets: Iterable[str] = (),
        secret_patterns: Iterable[str] = (),
        limits: Limits | None = None,
        ca_bundle: str | None = None,
        allow_plain_http: bool = False,
    ) -> None:
        self.provider = provider
        self.base_url = check_base_url(base_url, allow_plain_http)
        self.limits = limits or Limits()
        #: Takes the registered secrets out of a text.
        self.redact = Redactor(secrets, secret_patterns)
        self._auth = auth
        self._read_messages = read_messages
        self._verify: str | bool = ca_bundle or True
        self._sessions = SessionPool()

    def __repr__(self) -> str:
        return f"<ApiClient {self.provider} {self.redact(self.base_url)}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._sessions.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        signed: bool = True,
    ) -> ApiAnswer:
        """Make a GET call; see :meth:`request`."""
        return self.request("GET", path, params=params, signed=signed)

    def post(
        self, path: str, payload: Any, *, idempotent: bool = False, signed: bool = True
    ) -> ApiAnswer:
        """Make a POST call with a JSON body; see :meth:`request`."""
        return self.request(
            "POST", path, payload=payload, idempotent=idempotent, signed=signed
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        payload: Any = None,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
        signed: bool = True,
    ) -> ApiAnswer:
        """Make a call and return its answer.

        :param path: what follows the base URL, with a leading slash.
        :param payload: sent as JSON; Decimals are written as exact numbers.
        :param form: sent in place of JSON, for calls that take files.
        :param idempotent: whether the call may be repeated; GET and HEAD always may.
        :param signed: whether ``auth`` is asked; False for public endpoints.
        :raises ProviderError: of the kind that says what is known of the outcome.
        """
        limits = self.limits
        body, content_type = _encode(payload, form)
        call = Call(
            method.upper(),
            path,
            self.base_url + build_target(path, params),
            body,
            dict(headers or {}),
            self._auth if signed else None,
            content_type,
        )
        started = time.monotonic()
        bounds = CallBounds(started + limits.total, limits.read, limits.max_bytes)
        repeats = idempotent or call.method in _IDEMPOTENT
        attempts = limits.attempts if repeats else 1
        attempt = 1
        while True:
            outcome = self._attempt(call, bounds)
            if isinstance(outcome, ApiAnswer):
                break
            pause = _pause(outcome, attempt)
            if attempt >= attempts or not outcome.should_retry:
                break
            if bounds.remaining <= pause:
                break
            time.sleep(pause)
            attempt += 1
        logger.debug(
            "%s %s %s: %s in %d ms, attempt %d",
            self.provider,
            call.method,
            self.redact(path),
            getattr(outcome, "status", None) or type(outcome).__name__,
            (time.monotonic() - started) * 1000,
            attempt,
        )
        if isinstance(outcome, ApiAnswer):
            return outcome
        raise outcome

    def _attempt(self, call: Call, bounds: CallBounds) -> ApiAnswer | ProviderError:
        # Errors are returned and raised later, outside of the except block: a context
        # would carry the request with its headers into every error report.
        redact = self.redact
        try:
            prepared, secrets = call.prepare()
            redact = redact.extended(secrets)
            with self._sessions.lend() as session, bounded_by(bounds):
                # The adapter itself: Session.send reads a redirect's body unbounded.
                response = session.get_adapter(call.url).send(
                    prepared,
                    timeout=(
                        max(min(self.limits.connect, bounds.remaining), 0.001),
                        max(min(self.limits.read, bounds.remaining), 0.001),
                    ),
                    verify=self._verify,
                    stream=True,
                    proxies={},
                )
                try:
                    body = read_body(response, self.limits.max_bytes)
                finally:
                    response.close()
        except CALL_FAILURES as failure:
            return to_provider_error(self.provider, failure)
        except Unreadable as failure:
            return ProviderProtocolError(self.provider, str(failure))
        headers = {name.lower(): value for name, value in response.headers.items()}
        return self._read(response.status_code, headers, body, redact)

    def _read(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        redact: Redactor,
    ) -> ApiAnswer | ProviderError:
        data, problem = None, ""
        if body.strip():
            try:
                data = parse_json(body)
            except JsonError as failure:
                problem = str(failure)
        # Redacted before it is cut: half of a secret would not be found any more.
        evidence = redact(body.decode("utf-8", "replace"))[:_EVIDENCE]
        if 200 <= status < 300:
            if not problem:
                return ApiAnswer(status, data, headers)
            kind = "a web page" if "html" in headers.get("content-type", "") else "text"
            return ProviderProtocolError(
                self.provider,
                f"the answer, {kind} of {len(body)} bytes, {problem}",
                evidence=evidence,
            )
        messages: Sequence[str] = ()
        if self._read_messages and data is not None:
            messages = [redact(m) for m in clean_messages(self._read_messages(data))]
        return from_status(
            self.provider,
            status,
            messages=messages,
            headers=headers,
            is_readable=not problem,
            evidence=evidence,
        )


def _encode(payload: Any, form: Form | None) -> tuple[bytes, str]:
    if form is not None:
        return form.encode()
    return b"" if payload is None else dump_json(payload), "application/json"


def _pause(error: ProviderError, attempt: int) -> float:
    pause: float = _FIRST_PAUSE * 2 ** (attempt - 1) * _random.uniform(0.5, 1.5)
    if isinstance(error, ProviderUnavailable) and error.retry_after is not None:
        pause = max(pause, float(error.retry_after))
    return pause
