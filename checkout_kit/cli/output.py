"""The output of commands: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click


def print_rows(rows: Sequence[Mapping[str, str]], as_json: bool) -> None:
    """Print rows as asked for."""
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


def print_json(value: Any) -> None:
    """Print JSON, for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print a table, for people."""
    if not rows:
        click.echo("Nothing.")
        return
    names = list(rows[0])
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
    for line in [dict(zip(names, names, strict=True)), *rows]:
        cells = (line[n].ljust(w) for n, w in zip(names, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
