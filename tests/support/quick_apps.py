"""Quick apps: what each app compiles for itself is compiled once for all of them.

Most tests make an app of their own; compiling the same rules and templates again took
most of the suite's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


@contextmanager
def compiled_once() -> Iterator[None]:
    """Share compiled rules and templates between apps, for as long as this is open."""
    options = {**Flask.jinja_options, "bytecode_cache": _KeptTemplates()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _keeping(Rule._compile_builder))
        patch.setattr(Flask, "jinja_options", options)
        yield


def _keeping(compile_builder: Callable[[Rule, bool], _Builder]) -> Any:
    """A builder is a function of its rule's text; the rest it takes from the rule."""
    kept: dict[tuple[Any, ...], _Builder] = {}

    def compile_or_take(rule: Rule, append_unknown: bool = True) -> _Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return compile_or_take


class _KeptTemplates(BytecodeCache):
    """Keeps code by a template's name and text and by what compiles it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        compilers = " ".join([*sorted(environment.extensions), name])
        return super().get_bucket(environment, compilers, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code
