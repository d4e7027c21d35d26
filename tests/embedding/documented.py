"""The document's own examples, for the tests to use: they do what it says."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.support.source import ROOT

_BLOCKS = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def documented(function: str, document: str = "embedding.md") -> Any:
    """The function of that name, from the document's example that defines it."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    (block,) = (b for b in _BLOCKS.findall(text) if f"def {function}(" in b)
    names: dict[str, Any] = {"__name__": "documented", "Flask": Flask}
    exec(block, names)  # noqa: S102 - it is our own document
    return names[function]
