"""``python -m example_shop``: the shop and the simulators as real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from example_shop.providers import simulators

ROOT = Path(__file__).parents[2]
PATHS = [ROOT, *(ROOT / "plugins").iterdir()]


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def start(folder: Path, port: int, simulator_port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "example_shop", "--port", str(port)]
    command += ["--simulator-port", str(simulator_port), "--instance", str(folder)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def status_of(port: int, path: str) -> int | None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None


@pytest.mark.slow
@pytest.mark.parametrize("taken", ["PORT", "SIMULATOR_PORT"])
def test_port_in_use_is_named_with_its_variable(tmp_path: Path, taken: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        busy, free = listener.getsockname()[1], free_port()
        ports = (busy, free) if taken == "PORT" else (free, busy)
        process = start(tmp_path, *ports)
        with running(process):
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {busy} is in use" in output
    assert re.search(rf"\b{taken}=", output)
    assert "Traceback" not in output


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_shop_and_simulators_start_and_end_together(
    tmp_path: Path, ending: signal.Signals
) -> None:
    port, simulator_port = free_port(), free_port()
    process = start(tmp_path, port, simulator_port)
    with running(process):
        deadline = time.monotonic() + 60
        while status_of(port, "/") is None and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.1)
        assert status_of(port, "/") == 200
        assert status_of(simulator_port, "/") == 200
        for provider in simulators():
            assert status_of(simulator_port, f"/{provider}/") == 200
        process.send_signal(ending)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert f"http://127.0.0.1:{port}/" in output
    assert f"http://127.0.0.1:{simulator_port}/" in output
    assert "Traceback" not in output
    assert status_of(simulator_port, "/") is None
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
