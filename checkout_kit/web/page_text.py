"""Page texts: a page and a status written once, with places for the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from checkout_kit.web.amounts import format_remaining
from checkout_kit.web.mould import Mould, place
from checkout_kit.web.presentation import PageModel, to_iso

#: Stands for the server's time until the text is answered with.
SERVER_TIME = place("now")
_REMAINING = place("remaining")


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text that tells the server's time, and how long is left until a deadline."""

    mould: Mould
    deadline: datetime | None = None

    def fill(self, now: datetime) -> str:
        """Write the text as it is to be read now."""
        values = {"now": to_iso(now)}
        if self.deadline is not None:
            values["remaining"] = format_remaining(self.deadline - now)
        return self.mould.fill(values)


def with_places(model: PageModel) -> PageModel:
    """A model that shows places where it would show what every moment changes."""
    deadline = model.deadline
    return replace(
        model,
        server_time=SERVER_TIME,
        deadline=replace(deadline, remaining=_REMAINING) if deadline else None,
    )
