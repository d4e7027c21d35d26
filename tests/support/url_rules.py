"""URL rules: what Werkzeug compiles for each app anew is compiled once for all apps.

Most tests make an app of their own, and compiling the same rules again took a third of
the suite's time. A builder is a function of its rule's text alone: what else it needs
it takes from the rule that calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


@contextmanager
def compiled_once() -> Iterator[None]:
    """Keep the builders of rules without defaults, for as long as this is open."""
    compile_builder: Callable[[Rule, bool], _Builder] = Rule._compile_builder
    kept: dict[tuple[Any, ...], _Builder] = {}

    def compile_or_take(rule: Rule, append_unknown: bool = True) -> _Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_or_take)
        yield
