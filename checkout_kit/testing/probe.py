"""The probe: a plugin around the provider's hooks, that watches and disturbs them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from marshmallow import Schema, fields

from checkout_kit import Operation, ProviderContext, ProviderTimeout, hookimpl

#: The probe's name among the plugins of an app.
PROBE_NAME = "conformance_probe"
# So long a held answer waits at most, so that no thread stays behind.
_HOLD_LIMIT = 120.0

_Watched = Generator[None, Any, Any]


class Crash(BaseException):
    """Raised instead of killing the process: nothing may catch it on the way."""


class HeldAnswer:
    """An answer that the provider gave, and that does not reach the kit yet."""

    def __init__(self) -> None:
        self._released = threading.Event()
        self._arrived = threading.Event()
        self._thread: threading.Thread | None = None

    def wait_in_place(self) -> None:
        """Be held; called on the provider's thread."""
        self._thread = threading.current_thread()
        self._arrived.set()
        self._released.wait(_HOLD_LIMIT)

    def wait_until_held(self, seconds: float = 60.0) -> None:
        """Wait until the provider has answered."""
        assert self._arrived.wait(seconds), "the provider was not asked"

    def release(self) -> None:
        """Let the answer go on, and wait until the kit has dealt with it."""
        self._released.set()
        if self._thread is not None:
            self._thread.join(_HOLD_LIMIT)


class Probe:
    """What a scenario asks of the probe, and what it saw; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._errors: list[BaseException] = []
        self._disturbances: dict[str, list[Callable[[], None]]] = {}
        self._answers: dict[str, list[Any]] = {}
        self._steps_to_live: dict[str, int] = {}

    def count(self, hook: str) -> int:
        """How often a hook of the provider was called."""
        with self._lock:
            return self._calls[hook]

    @property
    def errors(self) -> Sequence[BaseException]:
        """Everything that the provider's hooks raised."""
        with self._lock:
            return list(self._errors)

    def answers(self, hook: str) -> Sequence[Any]:
        """Everything that a hook of the provider answered."""
        with self._lock:
            return list(self._answers.get(hook, ()))

    def crash_after(self, hook: str) -> None:
        """Crash once after the provider has answered, before the kit hears of it."""

        def crash() -> None:
            raise Crash(hook)

        self._disturb(hook, crash)

    def crash_after_steps(self, hook: str, steps: int) -> None:
        """Crash once the provider has recorded so many steps of an operation."""
        with self._lock:
            self._steps_to_live[hook] = steps

    @contextmanager
    def counting_steps(self, hook: str, operation: Operation) -> Iterator[None]:
        """Let an operation's steps count towards a crash."""
        with self._lock:
            is_dying = hook in self._steps_to_live
        if not is_dying:
            yield
            return
        record = operation.record

        def record_and_crash(step: str, data: Mapping[str, Any]) -> None:
            record(step, data)
            with self._lock:
                self._steps_to_live[hook] -= 1
                is_dead = self._steps_to_live[hook] == 0
            if is_dead:
                raise Crash(f"{hook}, after {step}")

        # On this one object: operations are made for each attempt.
        operation.record = record_and_crash  # type: ignore[method-assign]
        yield

    def lose_answer(self, hook: str, provider: str) -> None:
        """Let one answer be lost on its way, so that the outcome is unknown."""

        def lose() -> None:
            raise ProviderTimeout(provider, "the answer was lost on its way")

        self._disturb(hook, lose)

    def hold_answer(self, hook: str) -> HeldAnswer:
        """Hold the next answer back until it is released."""
        held = HeldAnswer()
        self._disturb(hook, held.wait_in_place)
        return held

    def _disturb(self, hook: str, disturbance: Callable[[], None]) -> None:
        with self._lock:
            self._disturbances.setdefault(hook, []).append(disturbance)

    def watch(self, hook: str) -> _Watched:
        """Stand around one call of a provider hook."""
        with self._lock:
            self._calls[hook] += 1
        try:
            answer = yield
        except BaseException as err:
            with self._lock:
                self._errors.append(err)
            raise
        with self._lock:
            self._answers.setdefault(hook, []).append(answer)
            waiting = self._disturbances.get(hook)
            disturbance = waiting.pop(0) if waiting else None
        if disturbance is not None:
            disturbance()
        return answer


class _ProbeSchema(Schema):
    probe = fields.Raw(required=True)


class ProbePlugin:
    """Puts a :class:`Probe` around every provider hook that scenarios care about."""

    settings_schema = _ProbeSchema

    def __init__(self, settings: Mapping[str, Any], context: ProviderContext) -> None:
        self._probe: Probe = settings["probe"]

    @hookimpl(wrapper=True)
    def list_payment_methods(self) -> _Watched:
        """Watch."""
        return (yield from self._probe.watch("list_payment_methods"))

    @hookimpl(wrapper=True)
    def quote_price(self) -> _Watched:
        """Watch."""
        return (yield from self._probe.watch("quote_price"))

    @hookimpl(wrapper=True)
    def create_invoice(self) -> _Watched:
        """Watch."""
        return (yield from self._probe.watch("create_invoice"))

    @hookimpl(wrapper=True)
    def detect_payments(self) -> _Watched:
        """Watch."""
        return (yield from self._probe.watch("detect_payments"))

    @hookimpl(wrapper=True)
    def parse_webhook(self) -> _Watched:
        """Watch."""
        return (yield from self._probe.watch("parse_webhook"))

    @hookimpl(wrapper=True)
    def settle_invoice(self, operation: Operation) -> _Watched:
        """Watch, and count steps."""
        with self._probe.counting_steps("settle_invoice", operation):
            return (yield from self._probe.watch("settle_invoice"))

    @hookimpl(wrapper=True)
    def withdraw_funds(self, operation: Operation) -> _Watched:
        """Watch, and count steps."""
        with self._probe.counting_steps("withdraw_funds", operation):
            return (yield from self._probe.watch("withdraw_funds"))
