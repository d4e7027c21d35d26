"""The goals: what each ratio has to reach, and how a result is judged."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

#: Below this share of any goal the run fails.
TOLERANCE = 0.8


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio that is to be reached, or not to be exceeded."""

    key: str
    name: str
    limit: float
    is_ceiling: bool = False

    def reached(self, ratio: float) -> float:
        """How much of the goal a ratio reaches; 1 and more is all of it."""
        if not self.is_ceiling:
            return ratio / self.limit
        if not self.limit:
            return float(ratio <= 0)
        # A cost too small to be measured may come out at zero or below.
        return self.limit / max(ratio, self.limit / 100)

    def to_text(self) -> str:
        """Write the limit."""
        return f"{'≤' if self.is_ceiling else '≥'} {self.limit:g}"


GOALS = (
    Goal("create-sqlite", "create_checkout / bare insert, SQLite", 0.55),
    Goal("create-postgresql", "create_checkout / bare insert, PostgreSQL", 0.55),
    Goal("page", "hosted page / static page of its size", 0.45),
    Goal("first-view", "first view's extra / one QR drawn", 1.0, is_ceiling=True),
    Goal("poll", "status poll / bare JSON by primary key", 0.6),
    Goal("poll-304", "status poll's 304 / its 200", 1.0),
    Goal("due", "100 due of 100 000 open / of 1 000", 2.0, is_ceiling=True),
    Goal("recording", "1 000 payments in a batch / one by one", 5.0),
    Goal("providers", "page with 5 providers / 200 ms", 1.3, is_ceiling=True),
    Goal("plugins", "ten no-op plugins / creation", 0.05, is_ceiling=True),
    Goal("api-create", "POST /checkout/hosted, signed / bare insert", 0.35),
    Goal("api-read", "GET /checkout, signed / bare JSON by primary key", 0.45),
    Goal("delivery", "event delivery / bare Session loop", 0.7),
    Goal("sending", "webhooks to four endpoints / to one", 3.0),
    Goal("widgets-size", "widgets' JavaScript, gzip / 12 kB", 1.0, is_ceiling=True),
    Goal("widgets-hosts", "requests of widgets to other hosts", 0.0, is_ceiling=True),
    Goal("dialog", "dialog to first paint / plain navigation", 1.3, is_ceiling=True),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured for a goal: a ratio for each round."""

    goal: Goal
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median."""
        return median(self.ratios)

    @property
    def is_ok(self) -> bool:
        """Whether the goal is reached."""
        return self.goal.reached(self.ratio) >= 1

    @property
    def is_failure(self) -> bool:
        """Whether it is missed by more than a fifth."""
        return self.goal.reached(self.ratio) < TOLERANCE

    def to_line(self) -> str:
        """Write one line: name, ratio, goal, verdict."""
        verdict = "ok" if self.is_ok else "SHORT"
        limit = self.goal.to_text()
        return f"{self.goal.name:<44} {self.ratio:>7.3f}  {limit:>7}  {verdict}"
