"""Searching: ``make fuzz`` tries what the fuzz tests try, guided by coverage.

Atheris keeps an input that reaches new code and changes it further; the tests' own
strategies make values of its bytes, and the tests themselves judge.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

import click

_MODULES = ("tests.security.test_fuzzing", "tests.security.test_fuzzing_values")
_INSTRUMENTED = [
    "checkout_kit",
    "checkout_kit_coinqvest",
    "checkout_kit_cryptocoin_pro",
    "checkout_kit_quoine_exchange",
    "checkout_kit_quoine_pay",
    "checkout_kit_rain",
]
_PREFIX = "test_fuzz_"


def find_searches() -> Mapping[str, Callable[[bytes], object]]:
    """Every fuzz test that needs no shop, by name: each takes bytes and may raise."""
    searches: dict[str, Callable[[bytes], object]] = {}
    for module in _MODULES:
        for name, test in vars(import_module(module)).items():
            # Whatever Hypothesis does not give is a fixture of pytest's.
            if name.startswith(_PREFIX) and not inspect.signature(test).parameters:
                search = test.hypothesis.fuzz_one_input
                searches[name.removeprefix(_PREFIX)] = search
    return searches


@click.command()
@click.option("--seconds", default=20, show_default=True, help="How long for each.")
@click.option("--only", multiple=True, help="Names of searches; all by default.")
@click.option("--child", hidden=True, help="Search this one in this very process.")
def main(seconds: int, only: tuple[str, ...], child: str | None) -> None:
    """Search each parser for so many seconds; exit code 1 if one was broken."""
    if child is not None:
        _search(child, seconds)
        return
    names = only or tuple(find_searches())
    broken = []
    with click.progressbar(
        names, label="searching", item_show_func=lambda name: name or ""
    ) as bar:
        for name in bar:
            command = [sys.executable, "-m", __spec__.name, "--child", name]
            found = subprocess.run(
                [*command, "--seconds", str(seconds)], capture_output=True, text=True
            )
            if found.returncode:
                broken.append((name, found.stdout + found.stderr))
    for name, output in broken:
        click.echo(f"\n{name} is broken:\n{output[-4000:]}")
    if broken:
        raise SystemExit(1)
    click.echo(f"Nothing was found in {len(names)} searches of {seconds} s.")


def _search(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        searches = find_searches()
    if name not in searches:
        raise click.UsageError(f"--only: must be one of {', '.join(searches)}")
    # It ends the process itself.
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}"], searches[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
