"""The plugin that ``docs/writing_a_plugin.md`` builds works, as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_GUIDE = (_ROOT / "docs" / "writing_a_plugin.md").read_text(encoding="utf-8")
_FILE = re.compile(r"^```python\n# (?P<path>\S+\.py)\n(?P<code>.*?)^```$", re.M | re.S)
_SCORE = re.compile(r"^```text\n(?P<card>.*?)^```$", re.M | re.S)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The guide's files in a folder of their own."""
    for found in _FILE.finditer(_GUIDE):
        path = tmp_path / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {found['path']}\n{found['code']}", encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_guides_plugin_passes_the_conformance_kit(project: Path) -> None:
    """The score card is the one that the guide shows."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{_ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    shown = _SCORE.search(_GUIDE)
    assert shown is not None
    for line in shown["card"].splitlines():
        assert line in done.stdout, f"the guide shows: {line}\n{done.stdout[-6000:]}"
