"""The switches of a simulator: what its provider's document leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from werkzeug.exceptions import BadRequest

from checkout_kit.simulation.bodies import read_flag

_TEXT_LIMIT = 100


@dataclass(slots=True)
class Switches:
    """The base of a simulator's switches, a dataclass with a default for each.

    A field is a `bool`, a `Literal` of the values to choose from, or a `str` that
    takes any text.
    """

    def to_json(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self)

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the values of those switches that are more than on and off."""
        return {
            name: get_args(kind)
            for name, kind in get_type_hints(cls).items()
            if get_origin(kind) is Literal
        }

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set the given switches.

        :raises BadRequest: for an unknown switch or value; then nothing changes.
        """
        kinds = get_type_hints(type(self))
        parsed: dict[str, bool | str] = {}
        for name in changes:
            if name not in kinds:
                raise BadRequest(f"{name}: unknown setting.")
            parsed[name] = _parse(name, kinds[name], changes)
        for name, value in parsed.items():
            setattr(self, name, value)


def _parse(name: str, kind: object, changes: Mapping[str, Any]) -> bool | str:
    if kind is bool:
        return read_flag(changes, name)
    value = changes[name]
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise BadRequest(f"{name}: must be one of {', '.join(get_args(kind))}.")
    elif not isinstance(value, str) or len(value) > _TEXT_LIMIT:
        raise BadRequest(f"{name}: must be a text of {_TEXT_LIMIT} characters at most.")
    return str(value)
