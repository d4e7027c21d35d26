"""The examples of docs/rest_api.md run against a server, as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkout_kit.wiring import SystemClock
from tests.fakes.scripted import Script, scripted_kit
from tests.plugins.coinqvest.fake_api import quiet_server
from tests.support.components import find_sdks, miss
from tests.support.source import ROOT
from tests.web.api.merchant import PREFIX

pytestmark = pytest.mark.slow


def _example(language: str) -> str:
    text = (ROOT / "docs" / "rest_api.md").read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```", text, re.M | re.S)
    assert found is not None
    return found[1]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A running server, and a key for it, as the document names them."""
    _, app = scripted_kit(f"sqlite:///{tmp_path / 'kit.db'}", SystemClock(), Script())
    command = _example("sh").split()[1:]
    made = json.loads(app.test_cli_runner().invoke(args=_unquoted(command)).output)
    with quiet_server(app) as root:
        yield {
            **os.environ,
            "API": root + PREFIX,
            "KEY": made["key"],
            "SECRET": made["secret"],
            "no_proxy": "127.0.0.1",
        }
    app.extensions["checkout_kit"].database.dispose()


def _unquoted(command: list[str]) -> list[str]:
    import shlex

    return shlex.split(" ".join(command))


def _ran(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_example_with_curl(environment: dict[str, str]) -> None:
    if not (shutil.which("curl") and shutil.which("openssl")):
        miss("curl or openssl is not here")
    made = _ran(["bash", "-c", _example("bash")], environment)
    assert re.search("/checkout/[0-9a-f]{32}$", made["url"])


@pytest.mark.parametrize("sdk", ["coinqvest-merchant-sdk", "whalestack-sdk"])
def test_the_example_with_an_sdk(environment: dict[str, str], sdk: str) -> None:
    node, folder = shutil.which("node"), find_sdks()
    if node is None or folder is None:
        miss("Node or COINQVEST's SDKs for it are not here")
    program = _example("js").replace("coinqvest-merchant-sdk", sdk)
    # SDKs insist on one slash between address and endpoint by themselves.
    found = {**environment, "NODE_PATH": str(folder / "node_modules")}
    made = _ran([node, "-e", program], found)
    assert re.search("/checkout/[0-9a-f]{32}$", made["url"])
