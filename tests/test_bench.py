"""The benchmarks can be run, and the documentation tells of every goal."""

from __future__ import annotations

import importlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.chart import draw
from bench.goals import GOALS, Goal, Result

_ROOT = Path(__file__).resolve().parent.parent
_MODULES = sorted(path.stem for path in (_ROOT / "bench").glob("[!_]*.py"))


@pytest.mark.parametrize("name", [*_MODULES, "__main__"])
def test_each_module_can_be_imported(name: str) -> None:
    assert importlib.import_module(f"bench.{name}").__doc__


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.key)
def test_documentation_names_each_goal(goal: Goal) -> None:
    page = (_ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert f"**{goal.name}**" in page


@pytest.mark.parametrize(
    ("limit", "is_ceiling", "ratio", "is_ok", "is_failure"),
    [
        (0.5, False, 0.5, True, False),
        (0.5, False, 0.41, False, False),
        (0.5, False, 0.39, False, True),
        (2.0, True, 2.0, True, False),
        (2.0, True, 2.4, False, False),
        (2.0, True, 2.6, False, True),
        (0.05, True, -0.01, True, False),
    ],
)
def test_a_goal_is_failed_when_missed_by_more_than_a_fifth(
    limit: float, is_ceiling: bool, ratio: float, is_ok: bool, is_failure: bool
) -> None:
    result = Result(Goal("key", "name", limit, is_ceiling), (ratio,))

    assert (result.is_ok, result.is_failure) == (is_ok, is_failure)
    assert result.to_line().endswith(" ok" if is_ok else " SHORT")


def test_the_chart_is_an_svg_with_a_bar_for_each_goal() -> None:
    results = [{"key": goal.key, "ratio": 1.0, "is_ok": True} for goal in GOALS]

    chart = ElementTree.fromstring(draw(results))  # noqa: S314

    bars = [shape for shape in chart.iter() if shape.get("class") == "ok"]
    assert len(bars) == len(GOALS)
