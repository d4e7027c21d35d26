"""The npm package: its types, its manifest and its table say what the code does."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit_widgets import FOLDER
from tests.support.components import find_tsc, miss
from tests.support.documents import Document
from tests.support.source import ROOT

WIDGETS = ROOT / "widgets"
ELEMENTS = ("button", "donation", "frame", "pos", "status")
#: A page's own code, as its author writes it.
_CONSUMER = """
import "checkout-kit-widgets/define.js";
import { CheckoutButtonElement, type Stage } from "checkout-kit-widgets";

const button = document.createElement("checkout-button");
button.open();
const same: CheckoutButtonElement = button;
same.addEventListener("checkout-changed", ({ detail }) => {
  const stage: Stage = detail.stage;
  console.log(stage, detail.isPaid);
});
document.addEventListener("checkout-opened", (event) => console.log(event.detail.url));
"""
_WRONG = """
import "checkout-kit-widgets/define.js";
document.createElement("checkout-button").shut();
document.addEventListener("checkout-opened", (event) => event.detail.amount);
"""


def _manifest() -> dict[str, Any]:
    manifest = json.loads((WIDGETS / "custom-elements.json").read_text("utf-8"))
    return {
        declared["tagName"]: declared
        for module in manifest["modules"]
        for declared in module["declarations"]
    }


def _names(found: list[dict[str, str]]) -> set[str]:
    return {item["name"] for item in found}


@pytest.mark.parametrize("name", ELEMENTS)
def test_manifest_and_table_have_every_attribute_part_and_event(name: str) -> None:
    declared = _manifest()[f"checkout-{name}"]
    source = (FOLDER / f"{name}.js").read_text("utf-8")
    (observed,) = re.findall(r"observedAttributes = \[(.*?)\]", source, re.S)
    attributes = _names(declared["attributes"])
    assert set(re.findall(r'"([\w-]+)"', observed)) == attributes - {"theme"}
    # An element shows parts of the modules that it is made of.
    shared = (FOLDER / "checkout.js").read_text("utf-8")
    parts = set(re.findall(r'\bpart: "([\w-]+)"', source))
    known = parts | {"body"} | set(re.findall(r'\bpart: "([\w-]+)"', shared))
    assert parts | {"body"} <= _names(declared["cssParts"]) <= known
    told = set(re.findall(r'tell\("(checkout-\w+)"', source))
    assert told <= _names(declared["events"])
    look = source + shared + (FOLDER / "element.js").read_text("utf-8")
    look += (FOLDER / "pos.css").read_text("utf-8")
    for prop in _names(declared["cssProperties"]):
        assert f"var({prop}," in look
    table = Document(WIDGETS / "README.md").path.read_text("utf-8")
    (section,) = re.findall(
        rf"^## `<checkout-{name}>`\n(.*?)(?=^## |\Z)", table, re.S | re.M
    )
    for key in ("attributes", "events", "cssParts", "cssProperties"):
        for item in _names(declared[key]):
            assert f"`{item}`" in section


def test_types_name_every_element_attribute_and_event() -> None:
    types = (WIDGETS / "types" / "index.d.ts").read_text("utf-8")
    for tag, declared in _manifest().items():
        assert f'"{tag}": {declared["name"]};' in types
        comment = types.partition(f"export class {declared['name']} ")[0]
        comment = comment.rpartition("/** Attributes")[2]
        assert set(re.findall(r"`([\w-]+)`", comment)) == _names(declared["attributes"])
        for event in _names(declared["events"]):
            assert f'"{event}": CustomEvent' in types


def test_the_npm_package_names_files_that_are_there() -> None:
    package = json.loads((WIDGETS / "package.json").read_text("utf-8"))
    assert package["license"] == "MIT"
    assert (WIDGETS / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    named = [*package["files"], package["types"], package["customElements"]]
    for target in package["exports"].values():
        named += target.values() if isinstance(target, dict) else [target]
    assert [name for name in named if not (WIDGETS / name).exists()] == []


@pytest.mark.slow
def test_code_and_types_are_right_for_typescript(tmp_path: Path) -> None:
    tsc = find_tsc()
    if tsc is None:
        miss("there is no Node with TypeScript on this machine")
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "checkout-kit-widgets").symlink_to(WIDGETS)
    (tmp_path / "page.ts").write_text(_CONSUMER)
    (tmp_path / "wrong.ts").write_text(_WRONG)
    flags = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext"]
    flags += ["--moduleResolution", "bundler"]

    def check(*arguments: str) -> str:
        command = [str(tsc), *flags, *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        return done.stdout

    sources = [str(path) for path in sorted(FOLDER.glob("*.js"))]
    assert check("page.ts") == ""
    assert check("--allowJs", "--checkJs", *sources) == ""
    assert re.findall(r"error TS\d+: Property '(\w+)'", check("wrong.ts")) == [
        "shut",
        "amount",
    ]


def test_the_documents_example_shows_a_button(tmp_path: Path) -> None:
    example = next(
        block
        for block in Document(ROOT / "docs" / "widgets.md").blocks
        if "def create_app" in block.text
    )
    scope: dict[str, Any] = {"__name__": "shop"}
    exec(example.text, scope)  # noqa: S102 - it is our own document
    config = {
        "TESTING": True,
        "CHECKOUT_KIT_DATABASE_URL": f"sqlite:///{tmp_path / 'kit.db'}",
    }
    app: Flask = scope["create_app"](config)
    client = app.test_client()
    page = client.get("/mug").text
    script = re.search(r'<script type="module" src="([^"]+)"', page)
    assert script and client.get(script[1]).status_code == 200
    link = re.search(r'<checkout-button><a href="https://shop.example([^"]+)"', page)
    assert link and "$18.00" in client.get(link[1]).text
    app.extensions["checkout_kit"].database.dispose()
