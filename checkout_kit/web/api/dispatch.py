"""Dispatch: what every request passes before and after its endpoint's view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import request
from marshmallow import Schema
from werkzeug.wrappers import Response

from checkout_kit.domain.api_request import ApiAnswer
from checkout_kit.services.once import OneRequest
from checkout_kit.web.api.authentication import Authenticated, Refused, SignedRequest
from checkout_kit.web.api.backend import Backend
from checkout_kit.web.api.endpoint import Call, Caller, Endpoint
from checkout_kit.web.api.problems import Problem
from checkout_kit.web.api.reading import (
    load,
    read_idempotency_key,
    read_json_body,
    read_query,
    read_raw_body,
)
from checkout_kit.web.kept_answers import KeptAnswers

#: How many answers an endpoint keeps, and the longest query that one is kept for.
_KEPT, _LONGEST_KEPT = 1024, 200


@dataclass(frozen=True, slots=True)
class Shown:
    """What one checkout was answered as; for callers of its store alone."""

    checkout_id: str
    answer: ApiAnswer


@cache
def _made(schema: type[Schema]) -> Schema:
    """Make a schema once for all apps: making one takes longer than using it."""
    return schema()


class Dispatcher:
    """Takes the requests of one endpoint."""

    def __init__(self, endpoint: Endpoint, backend: Backend) -> None:
        self._endpoint = endpoint
        self._backend = backend
        self._query = _made(endpoint.query) if endpoint.query else None
        self._body = _made(endpoint.body) if endpoint.body else None
        self._answer = _made(endpoint.answer)
        self._kept = KeptAnswers[Shown](_KEPT)

    def handle(self) -> Response:
        """Authenticate, read, call the view, and write what it gives back.

        :raises Problem: if the request is refused.
        """
        now = self._backend.clock()
        raw = read_raw_body()
        if self._endpoint.is_public:
            self._backend.limits.check_call(_address())
            return _respond(self._write(self._view(now, raw)))
        kept = self._kept.find(request.query_string, now)
        who = self._authenticate(raw, now, kept.content.checkout_id if kept else "")
        self._backend.limits.check_call(who.key.id)
        self._check_address(who)
        if not self._endpoint.is_changing:
            if kept and kept.version == who.version:
                return _respond(kept.content.answer)
            return _respond(self._read(now, raw, who))
        return self._change(now, raw, who)

    def _authenticate(self, raw: bytes, now: datetime, about: str) -> Authenticated:
        signed = SignedRequest(request.method, self._endpoint.path, raw, about)
        try:
            return self._backend.authentication.authenticate(
                request.headers, signed, now
            )
        except Refused:
            self._backend.limits.check_failure(_address())
            raise

    def _check_address(self, who: Authenticated) -> None:
        if not who.key.allows(_address()):
            raise Problem(403, ["This key may not be used from this address."])
        if self._endpoint.needs_allow_list and not who.key.lists(_address()):
            raise Problem(
                403,
                [
                    "This may only be done from an address that the key's allow-list "
                    "names; see `flask checkout keys allow`."
                ],
            )

    def _read(self, now: datetime, raw: bytes, who: Authenticated) -> ApiAnswer:
        result = self._view(now, raw, who)
        answer = self._write(result)
        shown, query = self._endpoint.shown, request.query_string
        if shown is not None and len(query) <= _LONGEST_KEPT:
            checkout = shown(result)
            self._kept.keep(query, Shown(checkout.id, answer), checkout, now)
        return answer

    def _view(
        self,
        now: datetime,
        raw: bytes,
        who: Authenticated | None = None,
        operation_key: str = "",
    ) -> Any:
        return self._endpoint.view(
            Call(
                now=now,
                query=_loaded(self._query, read_query),
                body=_loaded(self._body, lambda: read_json_body(raw)),
                caller=self._caller(who) if who else None,
                operation_key=operation_key,
                prefix=self._backend.prefix,
            )
        )

    def _caller(self, who: Authenticated) -> Caller:
        store = self._backend.stores.of(who.key.store_id, who.key.id)
        return Caller(who.key, store, _address())

    def _change(self, now: datetime, raw: bytes, who: Authenticated) -> Response:
        key = read_idempotency_key() if request.method == "POST" else None
        once = OneRequest(
            store_id=who.key.store_id,
            fingerprint=self._fingerprint(raw),
            received_at=now,
            idempotency_key=key,
            signature=who.signature,
            signed_until=who.signed_until,
        )

        def work(operation_key: str) -> ApiAnswer:
            return self._write(self._view(now, raw, who, operation_key))

        run = self._backend.once.run_together
        if self._endpoint.calls_providers:
            run = self._backend.once.run_apart
        answer, is_known = run(once, work)
        response = _respond(answer)
        if is_known:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    def _fingerprint(self, raw: bytes) -> str:
        parts = (
            self._endpoint.name.encode(),
            request.query_string,
            hashlib.sha256(raw).digest(),
        )
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _write(self, result: Any) -> ApiAnswer:
        return ApiAnswer(200, write_json(self._answer.dump(result)))


def write_json(document: Any) -> str:
    """Write a document as JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def answer_problem(problem: Problem) -> Response:
    """Answer with a problem, in the document's error shape."""
    text = write_json({"errors": list(problem.errors)})
    response = _respond(ApiAnswer(problem.status, text))
    response.headers.update(problem.headers)
    return response


def _respond(answer: ApiAnswer) -> Response:
    return Response(answer.text, answer.status, mimetype="application/json")


def _loaded(
    schema: Schema | None, read: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    return load(schema, read()) if schema is not None else {}


def _address() -> str:
    return request.remote_addr or ""
