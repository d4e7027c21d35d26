"""``python -m bench``: measure everything; exit 1 if a goal is missed by a fifth."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from bench import api, in_process, many_rows, sending, served, widgets
from bench.goals import GOALS, Result
from bench.report import keep, write_down
from bench.servers import ToolMissing, find_wrk
from tests.support.postgresql import PostgresqlMissing, running_postgresql


@click.command()
@click.option("--keep", "is_kept", is_flag=True, help="Write docs/performance.md anew.")
@click.option(
    "--only",
    "only",
    multiple=True,
    type=click.Choice([goal.key for goal in GOALS]),
    help="Measure this goal alone; may be given again.",
)
def main(is_kept: bool, only: tuple[str, ...]) -> None:
    """Measure the kit beside a bare app; takes some minutes."""
    if is_kept and only:
        raise click.UsageError("--keep needs all goals: leave --only out")
    started = time.monotonic()
    try:
        find_wrk()
        results = _measure(frozenset(only or [goal.key for goal in GOALS]))
    except (ToolMissing, PostgresqlMissing) as err:
        click.echo(f"bench: {err}", err=True)
        sys.exit(2)
    order = [goal.key for goal in GOALS]
    results.sort(key=lambda result: order.index(result.goal.key))
    click.echo()
    for result in results:
        click.echo(result.to_line())
    seconds = time.monotonic() - started
    click.echo(f"\n{seconds:.0f} s; ratios are medians, absolute figures mean nothing")
    path = write_down(results, seconds)
    if is_kept:
        keep(path)
    sys.exit(any(result.is_failure for result in results))


def _measure(wanted: frozenset[str]) -> list[Result]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_postgresql(is_durable=True))

        def new_database() -> str:
            return stack.enter_context(server.database())

        def measure_served() -> list[Result]:
            sqlite = served.make_sqlite(folder)
            postgresql = stack.enter_context(served.made_postgresql(server))
            return served.measure_served(sqlite, postgresql, folder, wanted)

        found: list[Result] = []
        if wanted & served.KEYS:
            found += measure_served()
        if wanted & api.KEYS:
            found += api.measure_api(folder, wanted)
        if "widgets-size" in wanted:
            found.append(widgets.measure_size())
        if wanted & widgets.KEYS - {"widgets-size"}:
            found += widgets.measure_browser(folder)
        measures: dict[str, Callable[[], Result]] = {
            "first-view": lambda: in_process.measure_first_view(folder),
            "providers": lambda: in_process.measure_providers(folder),
            "plugins": lambda: in_process.measure_plugins(folder),
            "delivery": lambda: in_process.measure_delivery(folder),
            "sending": lambda: sending.measure_sending(folder),
            "recording": lambda: many_rows.measure_recording(folder),
            "due": lambda: many_rows.measure_due(folder, new_database),
        }
        found += [measure() for key, measure in measures.items() if key in wanted]
        return [result for result in found if result.goal.key in wanted]


if __name__ == "__main__":
    main()
