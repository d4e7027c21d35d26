"""Once: requests that change something happen once, however often they are sent."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checkout_kit.domain.api_request import ApiAnswer, KnownRequest
from checkout_kit.errors import IdempotencyConflict, RequestInProgress, RequestReplayed
from checkout_kit.services.ports import UnitOfWork, UnitOfWorkFactory

logger = logging.getLogger("checkout_kit.services")

#: How long an answer is given again to the same idempotency key.
KEPT_FOR = timedelta(hours=24)
#: How long a request that calls providers holds its key if its process dies.
CLAIM_SECONDS = 90

#: Does a request's work under its operation key.
Work = Callable[[str], ApiAnswer]


@dataclass(frozen=True, slots=True)
class OneRequest:
    """A request that changes something.

    ``signature`` is used up by it, so that whoever overheard the request can't send it
    again. ``signed_until`` is when the signature is too old by itself.
    """

    store_id: str
    fingerprint: str = field(repr=False)
    received_at: datetime
    idempotency_key: str | None = None
    signature: str | None = field(repr=False, default=None)
    signed_until: datetime | None = None


class OnceOnly:
    """Runs requests, each once.

    An answer is kept only if the work was done; after an error the same request may be
    sent again under the same key.
    """

    def __init__(self, units: UnitOfWorkFactory) -> None:
        self._units = units

    def run_together(self, request: OneRequest, work: Work) -> tuple[ApiAnswer, bool]:
        """Run work that calls no provider, in one transaction with its answer.

        Whatever dies in between, either all of it is kept or nothing.

        :return: the answer, and whether it was given before.
        :raises IdempotencyConflict: if the key was used for another request.
        :raises RequestReplayed: if the signature was used before.
        """
        key = request.idempotency_key
        with self._units.together() as unit:
            known = self._begin(unit, request) if key else None
            if known is not None and known.answer is not None:
                return known.answer, True
            self._use_signature(unit, request)
            operation_key = known.operation_key if known else _new_operation_key()
            answer = work(operation_key)
            if key:
                unit.api_requests.finish(request.store_id, key, answer)
            unit.commit()
        return answer, False

    def run_apart(self, request: OneRequest, work: Work) -> tuple[ApiAnswer, bool]:
        """Run work that calls providers: its key is claimed first, answered last.

        A process that dies in between leaves the key claimed for a while. The same
        request then does the work again, under the same operation key.

        :return: the answer, and whether it was given before.
        :raises IdempotencyConflict: if the key was used for another request.
        :raises RequestInProgress: while another one with that key is under way.
        :raises RequestReplayed: if the signature was used before.
        """
        key = request.idempotency_key
        with self._units.write() as unit:
            known = self._begin(unit, request) if key else None
            if known is not None and known.answer is not None:
                return known.answer, True
            self._use_signature(unit, request)
            unit.commit()
        operation_key = known.operation_key if known else _new_operation_key()
        if not key:
            return work(operation_key), False
        try:
            answer = work(operation_key)
        except Exception:
            self._let_go(request.store_id, key)
            raise
        with self._units.write() as unit:
            unit.api_requests.finish(request.store_id, key, answer)
            unit.commit()
        return answer, False

    def prune(self, now: datetime) -> int:
        """Forget keys, answers and signatures whose time is over."""
        with self._units.read() as unit:
            if not unit.api_requests.has_expired(now):
                return 0
        with self._units.write() as unit:
            pruned = unit.api_requests.prune(now)
            unit.commit()
        return pruned

    def _begin(self, unit: UnitOfWork, request: OneRequest) -> KnownRequest:
        """Claim the request's key, or find out what became of it."""
        rows, store_id = unit.api_requests, request.store_id
        key = request.idempotency_key or ""
        known = rows.find(store_id, key)
        if known is None:
            fresh = KnownRequest(request.fingerprint, _new_operation_key())
            expires_at = request.received_at + KEPT_FOR
            if rows.begin(
                store_id, key, fresh, expires_at=expires_at, seconds=CLAIM_SECONDS
            ):
                return fresh
            # Another process was faster, and has come to its commit meanwhile.
            known = rows.find(store_id, key)
        if known is None or known.fingerprint != request.fingerprint:
            raise IdempotencyConflict(key)
        if known.answer is None and not rows.take_over(
            store_id, key, seconds=CLAIM_SECONDS
        ):
            raise RequestInProgress(key)
        return known

    def _use_signature(self, unit: UnitOfWork, request: OneRequest) -> None:
        if request.signature is None or request.signed_until is None:
            return
        if not unit.api_requests.use_signature(
            request.signature, expires_at=request.signed_until
        ):
            raise RequestReplayed

    def _let_go(self, store_id: str, key: str) -> None:
        try:
            with self._units.write() as unit:
                unit.api_requests.let_go(store_id, key)
                unit.commit()
        # What went wrong before is what the caller must hear of; the claim runs out.
        except Exception:
            logger.exception("letting an idempotency key go")


def _new_operation_key() -> str:
    return secrets.token_hex(16)
