"""The chart: how far each goal is reached, as an SVG for light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from bench.goals import GOALS

_WIDTH, _ROW, _TOP, _LEFT, _GOAL = 760, 34, 64, 330, 170
#: The axis ends at one and a half goals; longer bars are cut.
_LONGEST = 3 * _GOAL // 2
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#1b1f2a}.title{font-weight:600;font-size:15px}
.fine{fill:#5b6275;font-size:12px}.ground{fill:#fff}.ok{fill:#2f6f4f}.short{fill:#b4531a}
.goal{stroke:#1b1f2a;stroke-width:1.5;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#e8eaf0}.fine{fill:#a3abc0}
.ground{fill:#12151d}.ok{fill:#5fbf8f}.short{fill:#f0914e}.goal{stroke:#e8eaf0}}
"""


def draw(results: Sequence[Mapping[str, Any]]) -> str:
    """Draw a bar for each goal; the dashed line is the goal, longer is better."""
    goals = {goal.key: goal for goal in GOALS}
    height = _TOP + _ROW * len(results) + 34
    goal_x = _LEFT + _GOAL
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'role="img" aria-labelledby="t d">',
        '<title id="t">How far each performance goal is reached</title>',
        '<desc id="d">A bar for each goal; the dashed line is the goal.</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{height}" rx="10"/>',
        '<text class="title" x="20" y="30">How far each goal is reached</text>',
        f'<text class="fine" x="{goal_x}" y="{_TOP - 12}" '
        'text-anchor="middle">goal</text>',
    ]
    for number, result in enumerate(results):
        goal, y = goals[result["key"]], _TOP + _ROW * number
        reached = goal.reached(result["ratio"])
        length = min(max(reached * _GOAL, 2), _LONGEST)
        text = f"{result['ratio']:.2f}  ({goal.to_text()})"
        kind = "ok" if result["is_ok"] else "short"
        parts += [
            f'<text x="{_LEFT - 14}" y="{y + 19}" text-anchor="end">'
            f"{escape(goal.name)}</text>",
            f'<rect class="{kind}" x="{_LEFT}" y="{y + 5}" width="{length:.0f}" '
            f'height="{_ROW - 14}" rx="4"/>',
            f'<text class="fine" x="{_WIDTH - 16}" y="{y + 19}" text-anchor="end" '
            f'xml:space="preserve">{escape(text)}</text>',
        ]
    bottom = _TOP + _ROW * len(results)
    parts += [
        f'<line class="goal" x1="{goal_x}" x2="{goal_x}" y1="{_TOP - 6}" '
        f'y2="{bottom}"/>',
        f'<text class="fine" x="20" y="{bottom + 20}">Longer is better; bars are cut '
        "at the width of the chart. For ceilings (≤) the goal is divided by the "
        "cost.</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
