"""The control API that all simulators have: time, faults and switches.

Bodies are JSON; the control page sends the same fields as forms and is led back to
where it came from. No authentication, so only this machine may call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation.bodies import (
    answer,
    read_body,
    read_flag,
    read_number,
    read_text,
)
from checkout_kit.simulation.faults import Fault
from checkout_kit.simulation.guard import check_caller
from checkout_kit.simulation.parts import SimulatorParts, parts_of


def create_control() -> Blueprint:
    """Make the blueprint of the control API, to which a simulator adds its own.

    It has `/control/time`, `/control/faults` and `/control/settings`.
    """
    control = Blueprint("simulator_control", __name__, url_prefix="/control")
    control.before_request(check_caller)
    control.add_url_rule("/time", view_func=get_time)
    control.add_url_rule("/time", view_func=move_time, methods=["POST"])
    control.add_url_rule("/faults", view_func=list_faults)
    control.add_url_rule("/faults", view_func=add_fault, methods=["POST"])
    control.add_url_rule("/faults", view_func=clear_faults, methods=["DELETE"])
    # Forms can't delete, hence the second path.
    control.add_url_rule("/faults/clear", view_func=clear_faults, methods=["POST"])
    control.add_url_rule("/settings", view_func=get_settings)
    control.add_url_rule("/settings", view_func=change_settings, methods=["POST"])
    return control


def get_time() -> AnyResponse:
    """Show the simulated time."""
    return jsonify(_time())


def move_time() -> AnyResponse:
    """Move the clock by seconds, to a moment, or back to the real time."""
    body = read_body()
    clock = _parts().clock
    if body.get("advance") not in (None, ""):
        clock.advance(read_number(body, "advance", 0))
    elif body.get("at") not in (None, ""):
        clock.move_to(_moment(body))
    elif read_flag(body, "reset"):
        clock.reset()
    else:
        raise BadRequest("advance, at or reset: one is mandatory.")
    return answer(_time())


def list_faults() -> AnyResponse:
    """List the planned faults."""
    return jsonify(faults=_parts().faults.to_json())


def add_fault() -> AnyResponse:
    """Plan a fault for the next requests."""
    body, parts = read_body(), _parts()
    fault = Fault(
        mode=read_text(body, "mode") or "",
        times=int(read_number(body, "times", 1)),
        path=(read_text(body, "path") or "").removeprefix(parts.dialect.prefix),
        method=(read_text(body, "method") or "").upper(),
        seconds=read_number(body, "seconds", 2),
        text=read_text(body, "text") or "",
    )
    parts.faults.add(fault)
    return answer({"faults": parts.faults.to_json()})


def clear_faults() -> AnyResponse:
    """Forget all planned faults."""
    _parts().faults.clear()
    return answer({"faults": []})


def get_settings() -> AnyResponse:
    """Show all switches."""
    return jsonify(_parts().settings.to_json())


def change_settings() -> AnyResponse:
    """Set switches."""
    settings = _parts().settings
    settings.change(read_body())
    return answer(settings.to_json())


def _parts() -> SimulatorParts:
    return parts_of(current_app, SimulatorParts)


def _time() -> dict[str, Any]:
    clock = _parts().clock
    return {
        "time": clock.now().isoformat(),
        "unix": clock.unix(),
        "offset": clock.offset,
    }


def _moment(body: Mapping[str, Any]) -> datetime:
    text = str(body["at"])[:40].replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest("at: must be an ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise BadRequest("at: must have an offset from UTC.")
    return moment
