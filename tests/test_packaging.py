"""The wheel: complete, free of what is not for shops, and usable on its own."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tests.support.wheels import build_kit_wheel, fresh_environment, run

pytestmark = pytest.mark.slow

#: What the wheel takes from the packages' folders.
SHIPPED = {
    ".css",
    ".html",
    ".js",
    ".json",
    ".mo",
    ".py",
    ".svg",
    ".txt",
    ".typed",
    ".woff2",
}
#: Where each top-level package of the wheel comes from.
SOURCES = {
    "checkout_kit": ROOT / "checkout_kit",
    **{path.name: path for path in sorted(ROOT.glob("plugins/*/checkout_kit_*"))},
    "checkout_kit_widgets": ROOT / "widgets" / "checkout_kit_widgets",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit's wheel."""
    return build_kit_wheel(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel."""
    return fresh_environment(tmp_path_factory.mktemp("venv"), wheel)


def _contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _sources() -> Iterator[str]:
    for package, folder in SOURCES.items():
        for path in folder.rglob("*"):
            if path.suffix in SHIPPED and "__pycache__" not in path.parts:
                yield f"{package}/{path.relative_to(folder).as_posix()}"


def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    missing = sorted(set(_sources()) - _contents(wheel))
    assert not missing, "\n".join(["not in the wheel:", *missing])


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    metadata = f"checkout_kit-{wheel.name.split('-')[1]}.dist-info/"
    others = {
        name for name in _contents(wheel) - set(_sources()) if metadata not in name
    }
    assert others == set()


def test_the_wheel_names_its_license(wheel: Path) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in _contents(wheel))


def test_the_installed_package_is_the_wheel(python: Path, tmp_path: Path) -> None:
    code = (
        "import json, checkout_kit, checkout_kit_coinqvest as plugin;"
        "print(json.dumps([checkout_kit.__file__, plugin.__file__]))"
    )
    for file in json.loads(run(str(python), "-c", code, cwd=tmp_path)):
        assert Path(file).is_relative_to(python.parents[1])


def test_every_plugin_is_found_by_its_entry_point(python: Path, tmp_path: Path) -> None:
    code = (
        "import json; from importlib.metadata import entry_points;"
        "found = entry_points(group='checkout_kit');"
        "print(json.dumps({point.name: isinstance(point.load(), type)"
        " for point in found}))"
    )
    expected = {name.removeprefix("checkout_kit_") for name in SOURCES}
    found = json.loads(run(str(python), "-c", code, cwd=tmp_path))
    assert found == dict.fromkeys(expected - {"checkout_kit", "widgets"}, True)


def test_flask_has_the_checkout_commands(python: Path, tmp_path: Path) -> None:
    shown = run(str(python), "-m", "flask", "checkout", "--help", cwd=tmp_path)
    assert "init-db" in shown
    assert "worker" in shown


def test_an_installed_shop_makes_its_tables(python: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "from flask import Flask\n"
        "from checkout_kit import CheckoutKit\n"
        "app = Flask(__name__)\n"
        "app.config.update(SECRET_KEY='test', CHECKOUT_KIT_PLUGINS={},\n"
        "    CHECKOUT_KIT_PUBLIC_URL='https://shop.example')\n"
        "CheckoutKit(app)\n",
        encoding="utf-8",
    )
    flask = (str(python), "-m", "flask", "--app", "shop", "checkout")
    run(*flask, "init-db", cwd=tmp_path)
    plugins = json.loads(run(*flask, "plugins", "--json", cwd=tmp_path))
    assert "coinqvest" in json.dumps(plugins)
