"""The report: results as JSON, and the part of docs/performance.md made of them."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.chart import draw
from bench.goals import GOALS, Result
from bench.servers import ROOT

RESULTS = ROOT / ".test-results" / "performance.json"
KEPT = ROOT / "docs" / "assets" / "performance.json"
CHART = ROOT / "docs" / "assets" / "performance.svg"
PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- results: written by make bench -->", "<!-- end of results -->"


def write_down(results: Sequence[Result], seconds: float) -> Path:
    """Write the results with their conditions, out of git; gives the file."""
    found = {
        "conditions": _conditions(seconds),
        "results": [
            {
                "key": result.goal.key,
                "ratio": round(result.ratio, 4),
                "ratios": [round(ratio, 4) for ratio in result.ratios],
                "is_ok": result.is_ok,
            }
            for result in results
        ],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return RESULTS


def keep(path: Path) -> None:
    """Make the documentation's table and chart of a file of results."""
    text = path.read_text(encoding="utf-8")
    found = json.loads(text)
    KEPT.write_text(text, encoding="utf-8")
    CHART.write_text(draw(found["results"]), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    after = rest.partition(END)[2]
    table = _to_table(found)
    PAGE.write_text(f"{before}{START}\n{table}{END}{after}", encoding="utf-8")


def _to_table(found: dict[str, Any]) -> str:
    goals = {goal.key: goal for goal in GOALS}
    lines = [
        "",
        "| What | Ratio | Lowest to highest round | Goal | |",
        "|---|--:|--:|--:|---|",
    ]
    for result in found["results"]:
        goal = goals[result["key"]]
        low, high = min(result["ratios"]), max(result["ratios"])
        verdict = "ok" if result["is_ok"] else "**SHORT**"
        lines.append(
            f"| {goal.name} | {result['ratio']:.3f} | {low:.3f} to {high:.3f} "
            f"| {goal.to_text()} | {verdict} |"
        )
    conditions = "; ".join(f"{k}: {v}" for k, v in found["conditions"].items())
    return "\n".join([*lines, "", f"Conditions: {conditions}.", "", ""])


def _conditions(seconds: float) -> dict[str, str]:
    wrk = subprocess.run(["wrk", "--version"], capture_output=True, text=True)  # noqa: S607
    return {
        "day": date.today().isoformat(),
        "processors": str(os.cpu_count()),
        "load at the end": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("Flask", "SQLAlchemy", "gunicorn")},
        "wrk": wrk.stdout.partition(" [")[0].removeprefix("wrk ").strip() or "unknown",
        "whole run": f"{seconds:.0f} s",
    }
