"""The simulators' process: it stands for all providers, and ends with the shop."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from example_shop.providers import simulators
from example_shop.settings import HOST

_START_TIMEOUT = 60.0


class SimulatorFailed(RuntimeError):
    """Raised when the simulators do not come up."""


@contextmanager
def running_simulators(port: int, folder: Path) -> Iterator[Callable[[], None]]:
    """Run all simulators, in one process, while the block runs.

    The block gets a function that waits until they answer, and raises
    :class:`SimulatorFailed` if they do not; their own words are in ``simulator.log``.
    """
    log = folder / "simulator.log"
    process = _start(port, folder, log)
    try:
        yield partial(_wait_until_it_answers, process, port, log)
    finally:
        _end(process)


def _start(port: int, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "example_shop"]
    command += ["checkout", "simulate", *simulators()]
    command += ["--port", str(port)]
    environ = {**os.environ, "SHOP_INSTANCE": str(folder), "SIMULATOR_PORT": str(port)}
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches the shop, and the shop ends it.
        return subprocess.Popen(  # noqa: S603 - our own command
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], port: int, log: Path
) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SimulatorFailed(f"the simulators ended at once; see {log}")
        if _answers(port):
            return
        time.sleep(0.05)
    raise SimulatorFailed(f"the simulators do not answer; see {log}")


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
