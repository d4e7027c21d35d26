"""docs/security.md and tests/security agree: every test named there exists."""

from __future__ import annotations

import ast
import re

from tests.support.source import ROOT

_DOCUMENT = ROOT / "docs" / "security.md"
_NAME = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<name>test_\w+)`")
#: The threats of the field's list that page, webhooks in, storage, shop and plugins
#: are exposed to; the document names the others as later features.
_TOUCHED = {*range(1, 10), 11, *range(13, 22), *range(23, 33), 34}
#: Nothing here makes or reads a JWT yet.
_NOT_BUILT = {30}
_ALL = set(range(1, 35))


def _rows() -> dict[int, str]:
    found = re.findall(r"^\| (\d+) \|(.*)$", _DOCUMENT.read_text(), re.MULTILINE)
    return {int(number): row for number, row in found}


def test_every_test_that_the_document_names_exists() -> None:
    named = set(_NAME.findall(_DOCUMENT.read_text()))
    assert len(named) > 30
    for file, name in sorted(named):
        tree = ast.parse((ROOT / "tests" / file).read_text())
        names = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert name in names, f"{file} has no {name}"


def test_every_threat_has_a_row_with_a_test() -> None:
    rows = _rows()
    assert set(rows) == _ALL
    for number in _TOUCHED - _NOT_BUILT:
        assert _NAME.search(rows[number]), f"threat {number} names no test"


def test_every_test_of_an_attack_is_in_the_document() -> None:
    named = {name for _, name in _NAME.findall(_DOCUMENT.read_text())}
    for path in sorted((ROOT / "tests" / "security").glob("test_*.py")):
        if path.stem in ("test_document", "test_bad_input"):
            continue
        tree = ast.parse(path.read_text())
        names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        missing = {n for n in names if n.startswith("test_")} - named
        assert not missing, f"{path.name}: {sorted(missing)}"
