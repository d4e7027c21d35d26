"""The set-up: installs once, again when it has to, and says what is missing."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts import set_up, system_packages
from tests.support import components
from tests.support.components import miss
from tests.support.source import ROOT


class Runs:
    """Stands for `subprocess.run`: remembers the commands, all succeed."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str], **options: Any) -> Any:
        self.commands.append(list(command))
        return subprocess.CompletedProcess(command, 0, stdout="")

    @property
    def installed(self) -> list[str]:
        """What pip was asked for."""
        return [command[-1] for command in self.commands if "install" in command]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    runs = Runs()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr("subprocess.run", runs)
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(set_up, "STAMP", tmp_path / ".venv" / "checkout-kit.json")
    return runs


def test_a_second_start_installs_nothing(runs: Runs) -> None:
    assert set_up.main(["shop"]) == 0
    assert set_up.main(["shop"]) == 0
    assert runs.installed == [".[shop]"]


def test_the_shop_is_content_with_what_the_tests_installed(runs: Runs) -> None:
    set_up.main(["lint"])
    set_up.main(["shop"])
    assert runs.installed == [".[test]"]


def test_the_tests_need_more_than_the_shop(runs: Runs) -> None:
    set_up.main(["shop"])
    set_up.main(["lint"])
    assert runs.installed == [".[shop]", ".[test]"]


def test_fuzzing_needs_more_than_the_tests(runs: Runs) -> None:
    set_up.main(["lint"])
    set_up.main(["fuzz"])
    set_up.main(["shop"])
    set_up.main(["lint"])
    assert runs.installed == [".[test]", ".[fuzz]"]


def test_changed_metadata_is_installed(runs: Runs, tmp_path: Path) -> None:
    set_up.main(["shop"])
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    set_up.main(["shop"])
    assert runs.installed == [".[shop]", ".[shop]"]


def test_a_damaged_stamp_is_no_stamp(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "checkout-kit.json").write_text("{")
    assert set_up.main(["shop"]) == 0
    assert runs.installed == [".[shop]"]


def test_a_failed_install_is_tried_again(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(command: Sequence[str], **options: Any) -> Any:
        return subprocess.CompletedProcess(command, int("install" in command))

    with monkeypatch.context() as patch:
        patch.setattr("subprocess.run", fail)
        assert set_up.main(["shop"]) == 1
    assert "pip could not install" in capsys.readouterr().err
    assert set_up.main(["shop"]) == 0
    assert runs.installed == [".[shop]"]


def test_an_unknown_target_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert set_up.main(["everything"]) == 2
    assert "shop|test|lint" in capsys.readouterr().err


def test_a_missing_component_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED: no browser"):
        miss("no browser")


def test_a_missing_component_fails_the_test_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        miss("no browser")


def test_a_missing_browser_is_said_in_one_loud_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(components, "find_chromium", lambda: None)
    monkeypatch.setattr(components, "find_postgresql", lambda: Path("/bin"))
    monkeypatch.setattr(components, "find_sdks", lambda: Path("/bin"))
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    assert components.main() == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "no Chromium here: ALL browser TESTS ARE SKIPPED" in line


@pytest.mark.parametrize(
    ("there", "is_ci", "offered", "installed"),
    [
        ((), False, ("chromium-headless-shell",), ["chromium-headless-shell"]),
        ((), False, ("chromium",), ["chromium-headless-shell", "chromium"]),
        # Nobody's machine gets a second browser; CI gets the quicker one.
        (("chromium",), False, ("chromium-headless-shell",), []),
        (
            ("chromium",),
            True,
            ("chromium-headless-shell",),
            ["chromium-headless-shell"],
        ),
        (("chromium",), True, (), ["chromium-headless-shell"]),
        (("chromium-headless-shell",), True, (), []),
    ],
)
def test_the_quickest_chromium_is_installed_where_it_is_welcome(
    monkeypatch: pytest.MonkeyPatch,
    there: Sequence[str],
    is_ci: bool,
    offered: Sequence[str],
    installed: Sequence[str],
) -> None:
    asked: list[str] = []
    have = [*there, "php", "npm", "node"]

    def install(package: str) -> bool:
        asked.append(package)
        if package in offered:
            have.append(package)
        return package in offered

    monkeypatch.setenv("CI", "true" if is_ci else "")
    monkeypatch.setattr("shutil.which", lambda name: name if name in have else None)
    monkeypatch.setattr(system_packages, "can_install", lambda: True)
    monkeypatch.setattr(system_packages, "install", install)
    monkeypatch.setattr(components, "find_postgresql", lambda: Path("/bin"))
    monkeypatch.setattr(components, "find_sdks", lambda: Path("/bin"))
    monkeypatch.setattr(components, "find_tsc", lambda: Path("/bin"))
    assert components.main() == 0
    assert asked == installed
    assert components.find_chromium() is not None


def test_make_explains_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(0o755)
    made = subprocess.run(
        ["make", "shop", f"PYTHON={old}"], cwd=ROOT, capture_output=True, text=True
    )
    assert made.returncode != 0
    assert "needs Python 3.10 or newer" in made.stderr
    assert "Python 3.9.2" in made.stderr
