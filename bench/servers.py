"""Servers on loopback: gunicorn as in production, asked by wrk, ended by their pid."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from scripts import system_packages

ROOT = Path(__file__).resolve().parent.parent
#: How long wrk asks one address, in seconds.
SECONDS = 1
#: How often it asks anew if nothing was answered for so long: a disk may stand still.
_TRIES, _PAUSE = 5, 3.0
_POST = 'wrk.method = "POST"\n'
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_ERRORS = re.compile(r"Non-2xx or 3xx responses: (\d+)")


class ToolMissing(RuntimeError):
    """Raised when a program that measures is not there."""


def find_wrk() -> str:
    """The path of wrk, installed first where the user may do that unasked.

    :raises ToolMissing: telling what to install.
    """
    found = shutil.which("wrk")
    if found is None and system_packages.can_install():
        system_packages.install("wrk")
        found = shutil.which("wrk")
    if found is None:
        raise ToolMissing(
            "wrk is missing. Install it (on Debian and Ubuntu: apt-get install wrk) "
            "and start again"
        )
    return found


@contextmanager
def gunicorn(
    factory: str, environment: Mapping[str, str], *arguments: str
) -> Iterator[str]:
    """Serve an app by two sync workers for the time of the block; gives its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--log-level", "error", *arguments]
    server = subprocess.Popen(  # noqa: S603
        [*command, f"{factory}()"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            requests.get(f"{url}/ready", timeout=2)
            return
        except requests.RequestException:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ToolMissing("gunicorn did not start") from None
            time.sleep(0.1)


class Wrk:
    """Asks an address as fast as 16 connections allow."""

    def __init__(self, folder: Path) -> None:
        self._program = find_wrk()
        self._post = folder / "post.lua"
        self._post.write_text(_POST, encoding="utf-8")

    def rate(self, url: str, *, post: bool = False, header: str = "") -> float:
        """Requests answered a second.

        :raises ToolMissing: if answers were errors, so that nothing was measured.
        """
        command = [self._program, "-t2", "-c16", f"-d{SECONDS}s"]
        if post:
            command += ["-s", str(self._post)]
        if header:
            command += ["-H", header]
        for _ in range(_TRIES):
            done = subprocess.run(  # noqa: S603
                [*command, url], capture_output=True, text=True, check=False
            )
            rate, errors = _RATE.search(done.stdout), _ERRORS.search(done.stdout)
            if rate is None or errors is not None:
                break
            if float(rate[1]) > 0:
                return float(rate[1])
            time.sleep(_PAUSE)
        raise ToolMissing(f"wrk {url}: {done.stdout}{done.stderr}")
