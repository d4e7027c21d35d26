"""Wheels, and fresh environments that they are installed into."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.source import ROOT


def build_kit_wheel(folder: Path) -> Path:
    """Build the kit's wheel from a copy: building writes beside the sources."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    for name in ("checkout_kit", "plugins", "widgets", "example_shop", "tests"):
        if (ROOT / name).exists():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return build_wheel(folder)


def build_wheel(project: Path) -> Path:
    """Build the wheel of a project, in its folder."""
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", "dist", "."),
        cwd=project,
    )
    (built,) = (project / "dist").glob("*.whl")
    return built


def fresh_environment(folder: Path, *wheels: Path) -> Path:
    """Make an environment with these wheels; their dependencies are borrowed.

    :return: its Python.
    """
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = folder / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", str(python), "install", "-qq"),
        *("--disable-pip-version-check", "--no-index", "--no-deps"),
        *map(str, wheels),
    )
    # A plain folder on the path: its own .pth files, with the editable install of this
    # repository, are not read.
    (site,) = folder.glob("lib/python*/site-packages")
    borrowed = sysconfig.get_path("purelib")
    (site / "dependencies.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return python


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command that has to succeed, and return what it printed."""
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
