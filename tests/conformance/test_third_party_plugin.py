"""A third party's plugin: shown in the guide, written by a command, installed."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checkout_kit.cli import checkout
from tests.support.source import ROOT
from tests.support.wheels import (
    build_kit_wheel,
    build_wheel,
    fresh_environment,
    run,
)

ACME = ROOT / "tests" / "third_party" / "checkout_kit_acme"
GUIDE = (ROOT / "docs" / "writing_a_plugin.md").read_text(encoding="utf-8")
_FILE = re.compile(
    r"^```(?:python|toml)\n# (?P<path>\S+)\n(?P<code>.*?)^```$", re.M | re.S
)
_SCORE = re.compile(r"^```text\n(?P<card>.*?)^```$", re.M | re.S)


def files_of(folder: Path) -> dict[str, str]:
    """The text of every file, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "cache" not in str(path.relative_to(folder))
    }


def new_plugin(*arguments: str) -> tuple[int, str]:
    """Run the command."""
    result = CliRunner().invoke(checkout, ["new-plugin", *arguments])
    return result.exit_code, result.output


def test_the_guide_shows_every_file_as_it_is() -> None:
    shown = {found["path"]: found["code"] for found in _FILE.finditer(GUIDE)}
    assert shown == files_of(ACME)


def test_the_command_writes_the_plugin_of_the_guide(tmp_path: Path) -> None:
    code, output = new_plugin("acme", "--into", str(tmp_path / "new"))
    assert code == 0, output
    assert files_of(tmp_path / "new" / "checkout_kit_acme") == files_of(ACME)


@pytest.mark.parametrize(
    "name", ["", "Acme", "1acme", "acme-pay", "acme__pay", "../acme", "class", "a" * 25]
)
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    code, output = new_plugin("--into", str(tmp_path), "--", name)
    assert code == 2
    assert "such as acme" in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "zebra_2_of_the_long_name"])
def test_a_new_plugin_is_well_written_however_long_its_name(
    tmp_path: Path, name: str
) -> None:
    code, output = new_plugin(name, "--into", str(tmp_path))
    assert code == 0, output
    for tool in (["check"], ["format", "--check"]):
        run(
            sys.executable,
            "-m",
            "ruff",
            *tool,
            ".",
            cwd=tmp_path / f"checkout_kit_{name}",
        )


def test_what_exists_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "checkout_kit_acme"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    code, output = new_plugin("acme", "--into", str(tmp_path))
    assert code == 1
    assert "exists already: nothing was written" in output
    assert files_of(folder) == {"mine.txt": "mine"}


@pytest.fixture(scope="module")
def kit_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit as a shop installs it."""
    return build_kit_wheel(tmp_path_factory.mktemp("kit"))


def prove(project: Path, kit_wheel: Path, folder: Path, *arguments: str) -> str:
    """Install a plugin's wheel beside the kit's, and run its tests on the two.

    :param arguments: further ones for pytest.
    :return: what pytest printed.
    """
    built = folder / "project"
    shutil.copytree(project, built, ignore=shutil.ignore_patterns("*cache*"))
    python = fresh_environment(folder / "venv", kit_wheel, build_wheel(built))
    proof = folder / "proof"
    proof.mkdir()
    # Without the package's sources: what is tested is what was installed.
    for path in project.glob("*.*"):
        if path.is_file():
            shutil.copy(path, proof)
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return run(*command, *arguments, cwd=proof)


@pytest.mark.slow
def test_the_guides_plugin_is_installed_found_and_passes(
    kit_wheel: Path, tmp_path: Path
) -> None:
    printed = prove(ACME, kit_wheel, tmp_path)
    shown = _SCORE.search(GUIDE)
    assert shown is not None
    for line in shown["card"].splitlines():
        assert line in printed, f"the guide shows: {line}\n{printed[-6000:]}"


@pytest.mark.slow
def test_a_new_plugin_is_green_from_the_start(kit_wheel: Path, tmp_path: Path) -> None:
    code, output = new_plugin("zebra_2_of_the_long_name", "--into", str(tmp_path))
    assert code == 0, output
    project = tmp_path / "checkout_kit_zebra_2_of_the_long_name"
    # The guide's plugin passes every scenario; this one is the same but for its name.
    printed = prove(project, kit_wheel, tmp_path, "-k", "exact or webhook")
    assert "zebra_2_of_the_long_name: " in printed
    assert ", 0 failed," in printed
    # As its author runs it: beside the kit that was installed.
    python = str(tmp_path / "venv" / "bin" / "python")
    run(sys.executable, "-m", "mypy", "--python-executable", python, ".", cwd=project)
