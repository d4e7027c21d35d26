"""The demo: the shop and its simulators, and what is behind them."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
_PATHS = [ROOT, *(ROOT / "plugins").iterdir()]
_HOST = "127.0.0.1"
_START_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo shop: where it is, its simulators, and its files."""

    url: str
    simulators_url: str
    folder: Path

    def control(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        provider: str = "coinqvest",
    ) -> Any:
        """Call a simulator's control API: POST if there is a body, else GET."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(  # noqa: S310 - loopback
            f"{self.simulators_url}/{provider}/control/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=10) as response:  # noqa: S310
            return json.load(response)

    def find_invoice(self, **wanted: str | None) -> dict[str, Any]:
        """Find what the simulator committed to, such as by ``address`` and ``memo``."""
        for checkout in self.control("checkouts")["checkouts"]:
            found: dict[str, Any] = checkout
            if all(found[name] == value for name, value in wanted.items()):
                return found
        raise LookupError(f"the simulator has no checkout with {wanted}")

    def pay(self, invoice: Mapping[str, Any], **transfer: Any) -> dict[str, Any]:
        """Let the simulator's customer pay an invoice."""
        answer: dict[str, Any] = self.control(
            f"checkouts/{invoice['id']}/pay", transfer
        )
        return answer

    def read_seconds(self) -> int:
        """The simulator's time, in the whole seconds that it tells."""
        return int(self.control("time")["unix"])

    @contextmanager
    def clock_moved(self, seconds: float) -> Iterator[None]:
        """Move the simulator's clock while the block runs."""
        self.control("time", {"advance": seconds})
        try:
            yield
        finally:
            self.control("time", {"reset": True})

    def read_order(self, reference: str) -> dict[str, Any]:
        """Read an order's row as the shop stored it."""
        return self._select("SELECT * FROM shop_order WHERE reference = ?", reference)

    def read_stock(self, slug: str) -> int:
        """How many of a product are left."""
        row = self._select("SELECT available FROM shop_stock WHERE slug = ?", slug)
        return int(row["available"])

    def _select(self, query: str, value: str) -> dict[str, Any]:
        address = f"file:{self.folder / 'shop.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute(query, (value,)).fetchone())


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo shop on free ports while the block runs."""
    port, simulator_port = _free_ports()
    command = [sys.executable, "-m", "example_shop", "--port", str(port)]
    command += ["--simulator-port", str(simulator_port), "--instance", str(folder)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _PATHS))}
    log = folder / "shop.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for_start(process, log)
        yield Demo(f"http://{_HOST}:{port}", f"http://{_HOST}:{simulator_port}", folder)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_ports() -> tuple[int, int]:
    # Both are held at once, so that they differ.
    with (
        socket.create_server((_HOST, 0)) as one,
        socket.create_server((_HOST, 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def _wait_for_start(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while "Press Ctrl-C" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the demo shop does not start:\n{log.read_text()}")
        time.sleep(0.05)
