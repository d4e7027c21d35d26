"""Outages on order: which of the next requests break, and how."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from checkout_kit.simulation.dialect import Dialect, Refusal
from checkout_kit.simulation.spoiling import SPOILS

STALE_KEY = "checkout_kit.simulation.stale"
#: Which modes let the request act before they break its answer.
MODES_THAT_ACT = ("slow", "late", "malformed", "truncated", "drop", "other_id", *SPOILS)
# Every API can answer like this, whatever its own refusals are.
_EVERYWHERE = {"404": Refusal(404, "Not found.")}
_FAULT_LIMIT = 100
_SLOW_LIMIT = 120.0


@dataclass(slots=True)
class Fault:
    """A planned fault: its mode, how often it still happens and to which requests.

    `path` is the beginning of the path after the API's prefix, `method` a method;
    left empty they fit every request. `seconds` is how long slow and late ones take,
    `text` the id that `other_id` puts another one in the place of.
    """

    mode: str
    times: int
    path: str = ""
    method: str = ""
    seconds: float = 2.0
    text: str = ""

    def fits(self, path: str, method: str) -> bool:
        """Tell whether it breaks such a request; only a GET can be stale."""
        if self.mode == "stale" and method != "GET":
            return False
        return path.startswith(self.path) and self.method in ("", method)

    def to_json(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        return asdict(self)


class FaultPlan:
    """The faults to come, first in first out for each request that they fit."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        stale = ("stale",) if dialect.lags else ()
        self.refusals: Mapping[str, Refusal] = {**_EVERYWHERE, **dialect.refusals}
        self.modes = (*self.refusals, "html", *MODES_THAT_ACT, *stale)
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Plan a fault.

        :raises BadRequest: when mode, times or seconds is out of range.
        """
        if fault.mode not in self.modes:
            raise BadRequest(f"mode: must be one of {', '.join(self.modes)}.")
        if not 0 < fault.times <= 1_000_000:
            raise BadRequest("times: must be a positive number.")
        if not 0 <= fault.seconds <= _SLOW_LIMIT:
            raise BadRequest(f"seconds: must be from 0 to {_SLOW_LIMIT:g}.")
        with self._lock:
            if len(self._faults) >= _FAULT_LIMIT:
                raise BadRequest("Too many faults are planned.")
            self._faults.append(fault)

    def take(self, path: str, method: str) -> Fault | None:
        """Return the fault of this request, if one is planned, and count it down."""
        prefix = self.dialect.prefix
        if not path.startswith(prefix + "/"):
            return None
        with self._lock:
            for fault in self._faults:
                if fault.fits(path[len(prefix) :], method):
                    fault.times -= 1
                    if not fault.times:
                        self._faults.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget all planned faults."""
        with self._lock:
            self._faults.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the planned faults."""
        with self._lock:
            return [fault.to_json() for fault in self._faults]


def is_stale() -> bool:
    """Tell an API's view whether its answer is to lag behind."""
    return bool(request.environ.get(STALE_KEY))
