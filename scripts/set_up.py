"""``python -m scripts.set_up shop|test|lint|bench|fuzz``: what a target needs in .venv.

Does nothing if that is there already, so that a second start is quick.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from scripts import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
#: What was installed, and from which pyproject.toml; written once pip is done.
STAMP = VENV / "checkout-kit.json"
#: The extra of each make target; each extra brings all that those before it have.
EXTRAS = {
    "shop": "shop",
    "test": "test",
    "lint": "test",
    "bench": "test",
    "fuzz": "fuzz",
}


class SetUpFailed(RuntimeError):
    """Raised when something is missing that only the user can put right."""


def main(arguments: list[str]) -> int:
    """Set up for one make target."""
    if len(arguments) != 1 or arguments[0] not in EXTRAS:
        print(__doc__, file=sys.stderr)
        return 2
    (target,) = arguments
    try:
        _make_venv()
        _install_project(EXTRAS[target])
    except SetUpFailed as err:
        print(f"set-up: {err}", file=sys.stderr)
        return 1
    if target == "test":
        components = [str(VENV_PYTHON), "-m", "tests.support.components"]
        return subprocess.run(components, cwd=ROOT).returncode
    return 0


def _make_venv() -> None:
    if VENV.exists():
        if _is_usable(VENV_PYTHON):
            return
        _say("the Python that .venv was made with is gone or too old: making it anew")
    elif importlib.util.find_spec("ensurepip") is None:
        # Debian's python3 leaves this part of the standard library out.
        package = f"python3.{sys.version_info.minor}-venv"
        _say(f"installing {package} from the distribution's packages")
        if not system_packages.install(package):
            raise SetUpFailed(
                "Python's venv module is not complete here. Install it "
                f"(on Debian and Ubuntu: apt-get install {package}) and start again"
            )
    _say(f"making .venv with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        raise SetUpFailed("could not make .venv; what went wrong is above")


def _is_usable(python: Path) -> bool:
    check = "import pip, sys; sys.exit(sys.version_info < (3, 10))"
    try:
        return subprocess.run([str(python), "-c", check]).returncode == 0
    except OSError:
        return False


def _install_project(extra: str) -> None:
    fingerprint = _fingerprint()
    installed = _read_stamp()
    if installed.get("fingerprint") == fingerprint:
        extras = [*dict.fromkeys(EXTRAS.values())]
        if installed.get("extra") in extras[extras.index(extra) :]:
            return
    _say(f"installing checkout-kit[{extra}] into .venv (a minute or two at first)")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "-qq", "--no-input"]
    pip += ["--disable-pip-version-check", "--editable", f".[{extra}]"]
    if subprocess.run(pip, cwd=ROOT).returncode:
        raise SetUpFailed("pip could not install the project; its reason is above")
    stamp = {"fingerprint": fingerprint, "extra": extra}
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def _fingerprint() -> str:
    # An editable install holds absolute paths: one of a moved folder is of no use.
    metadata = (ROOT / "pyproject.toml").read_bytes()
    return hashlib.sha256(bytes(ROOT) + b"\0" + metadata).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
