"""What every simulator consists of, whatever its provider does."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask

from checkout_kit.simulation.clock import SimulatorClock
from checkout_kit.simulation.dialect import Dialect
from checkout_kit.simulation.faults import FaultPlan
from checkout_kit.simulation.switches import Switches

_EXTENSION = "checkout_kit_simulator"

_Parts = TypeVar("_Parts", bound="SimulatorParts")


class SimulatorParts:
    """The base of a simulator's parts: a plugin's own adds the provider's books."""

    def __init__(
        self, dialect: Dialect, clock: SimulatorClock, settings: Switches
    ) -> None:
        self.dialect = dialect
        self.clock = clock
        self.settings = settings
        self.faults = FaultPlan(dialect)


def attach(app: Flask, parts: SimulatorParts) -> None:
    """Make `parts` the simulator of `app`."""
    app.extensions[_EXTENSION] = parts


def parts_of(app: Flask, kind: type[_Parts]) -> _Parts:
    """Return the parts of the simulator that `app` is.

    :param kind: the class of the simulator that is meant.
    :raises TypeError: when the app is none, or another one.
    """
    parts = app.extensions.get(_EXTENSION)
    if not isinstance(parts, kind):
        raise TypeError(f"this Flask app is no {kind.__module__.partition('.')[0]}")
    return parts
