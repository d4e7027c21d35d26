"""Rounds: every side of a comparison in turn, in random order, again and again."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import click

ROUNDS = 7

#: Measures one side once: seconds, or requests a second.
Measure = Callable[[], float]


def race(
    title: str, sides: Mapping[str, Measure], *, rounds: int = ROUNDS
) -> Mapping[str, Sequence[float]]:
    """Measure all sides in every round, so that a busy moment meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    with click.progressbar(length=rounds * len(sides), label=f"{title:<14}") as bar:
        for _ in range(rounds):
            # Not for secrets: only to favour no side.
            for name in random.sample(list(sides), len(sides)):
                found[name].append(sides[name]())
                bar.update(1)
    return found


def ratios(of: Sequence[float], to: Sequence[float]) -> tuple[float, ...]:
    """The ratio of two sides in each round."""
    return tuple(one / other for one, other in zip(of, to, strict=True))
