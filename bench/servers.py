"""Servers on loopback: gunicorn as in production, asked by wrk, ended by their pid."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from scripts import system_packages

ROOT = Path(__file__).resolve().parent.parent
#: How long wrk asks one address, in seconds.
SECONDS = 1
#: How often it asks anew if nothing was answered for so long: a disk may stand still.
_TRIES, _PAUSE = 5, 3.0
_POST = 'wrk.method = "POST"\n'
#: Sends every prepared request once: wrk's two threads take them in turn.
_ONCE = """
local threads = 0
function setup(thread)
  thread:set("place", threads - 1)
  threads = threads + 1
end
function init(arguments)
  prepared = dofile(arguments[1])
end
function request()
  place = place + 2
  local one = prepared[place]
  return wrk.format("POST", nil, one.headers, one.body)
end
"""
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_ERRORS = re.compile(r"Non-2xx or 3xx responses: (\d+)")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with a body, which can be sent once."""

    headers: Mapping[str, str]
    body: str


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
        self._once = folder / "once.lua"
        self._once.write_text(_ONCE, encoding="utf-8")
        self._prepared = folder / "prepared.lua"

    def rate(
        self,
        url: str,
        *,
        post: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> float:
        """Requests answered a second, all of them the same.

        :raises ToolMissing: if answers were errors, so that nothing was measured.
        """
        options = ["-s", str(self._post)] if post else []
        for name, value in (headers or {}).items():
            options += ["-H", f"{name}: {value}"]
        return self._ask(lambda: [*options, url])

    def rate_of_posts(
        self, url: str, prepare: Callable[[], Iterable[Prepared]]
    ) -> float:
        """Posts answered a second, no two of them the same.

        :param prepare: makes more of them than can be answered.
        :raises ToolMissing: if answers were errors, so that nothing was measured.
        """

        def arguments() -> list[str]:
            rows = ",\n".join(_to_lua(prepared) for prepared in prepare())
            self._prepared.write_text(f"return {{{rows}}}\n", encoding="utf-8")
            return ["-s", str(self._once), url, "--", str(self._prepared)]

        return self._ask(arguments)

    def _ask(self, arguments: Callable[[], Sequence[str]]) -> float:
        command = [self._program, "-t2", "-c16", f"-d{SECONDS}s"]
        for _ in range(_TRIES):
            given = arguments()
            done = subprocess.run(  # noqa: S603
                [*command, *given], capture_output=True, text=True, check=False
            )
            rate, errors = _RATE.search(done.stdout), _ERRORS.search(done.stdout)
            if rate is None or errors is not None:
                break
            if float(rate[1]) > 0:
                return float(rate[1])
            time.sleep(_PAUSE)
        raise ToolMissing(f"wrk {' '.join(given)}: {done.stdout}{done.stderr}")


def _to_lua(prepared: Prepared) -> str:
    """Write a request as a table; text that is ASCII is quoted as in JSON."""
    headers = ", ".join(
        f"[{json.dumps(name)}] = {json.dumps(value)}"
        for name, value in prepared.headers.items()
    )
    return f"{{headers = {{{headers}}}, body = {json.dumps(prepared.body)}}}"
