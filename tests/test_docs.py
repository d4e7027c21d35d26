"""What README and docs/ promise: examples run, commands and links exist."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.cli import checkout as checkout_commands
from tests.support.documents import CodeBlock, Document, documents
from tests.support.source import ROOT, product_modules

README = Document(ROOT / "README.md")
CONFIGURATION = Document(ROOT / "docs" / "configuration.md")
MAX_EMBED_LINES = 15
_KEY = re.compile(r"\bCHECKOUT_KIT_[A-Z][A-Z_]*[A-Z]\b")
_SHELL = {"sh", "bash", "shell", "console"}


def _embed_example() -> CodeBlock:
    blocks = README.section("Embed it").blocks
    return next(block for block in blocks if block.language == "python")


def test_the_embed_example_is_short() -> None:
    assert len(_embed_example().text.splitlines()) <= MAX_EMBED_LINES


def test_the_embed_example_takes_a_buyer_to_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it stands: saved as shop.py in an empty folder, and used as Flask would.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(_embed_example().text)
    app = runpy.run_path("shop.py", run_name="shop")["app"]
    assert isinstance(app, Flask)
    # In tests no worker is started: it would outlive this one.
    app.testing = True
    made = app.test_cli_runner().invoke(args=["checkout", "init-db"])
    assert made.exit_code == 0, made.output
    page = _follow_to_the_page(app)
    assert page.status_code == 200
    assert b"<h1" in page.data


def _follow_to_the_page(app: Flask) -> Any:
    client = app.test_client()
    prefix = app.config.get("CHECKOUT_KIT_URL_PREFIX", "/checkout")
    for rule in app.url_map.iter_rules():
        if rule.arguments or rule.rule.startswith(prefix):
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            answer = client.open(rule.rule, method=method)
            if answer.status_code in {302, 303} and prefix in answer.location:
                # Asking for it again, as the browser does, but without a network.
                return client.get(answer.location)
    raise AssertionError("no view of the example redirects to a checkout")


def test_every_config_key_is_documented() -> None:
    undocumented = _keys_in_code() - _keys_in_the_document()
    assert undocumented == set()


def test_every_documented_config_key_exists() -> None:
    unknown = _keys_in_the_document() - _keys_in_code()
    assert unknown == set()


def test_the_demo_shop_uses_documented_config_keys() -> None:
    used = {
        key
        for path in (ROOT / "example_shop").rglob("*.py")
        for key in _KEY.findall(path.read_text(encoding="utf-8"))
    }
    assert used <= _keys_in_the_document()


def _keys_in_code() -> set[str]:
    keys: set[str] = set()
    for module in product_modules():
        if module.is_in("example_shop"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                keys.update(_KEY.findall(node.value))
    return keys


def _keys_in_the_document() -> set[str]:
    return set(_KEY.findall(CONFIGURATION.path.read_text(encoding="utf-8")))


def test_the_readme_names_both_commands() -> None:
    named = set(_made_targets([README]))
    assert {"shop", "test"} <= named


def test_every_make_target_in_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert set(_made_targets(documents())) <= targets


def _made_targets(sources: list[Document]) -> list[str]:
    return [
        target
        for document in sources
        for block in document.blocks
        if block.language in _SHELL
        for target in re.findall(r"^\$? ?make ([a-z]+)", block.text, re.M)
    ]


def test_every_command_in_the_documents_exists(tmp_path: Path) -> None:
    known = _commands_with_plugins(tmp_path)
    unknown = [
        f"{document.name}: flask checkout {command}"
        for document in documents()
        for command in re.findall(
            r"flask checkout ([a-z][a-z-]*)", document.path.read_text(encoding="utf-8")
        )
        if command not in known
    ]
    assert unknown == []


def _commands_with_plugins(folder: Path) -> set[str]:
    """The commands of an app whose plugins add some of their own."""
    app = Flask("shop")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{folder / 'kit.db'}",
        CHECKOUT_KIT_PLUGINS={
            "quoine_exchange": {"vendor_id": "1", "vendor_secret": "s"}
        },
    )
    CheckoutKit(app).close()
    group = app.cli.commands["checkout"]
    assert isinstance(group, click.Group)
    return set(group.commands)


def test_every_command_is_documented() -> None:
    text = "\n".join(d.path.read_text(encoding="utf-8") for d in documents())
    assert isinstance(checkout_commands, click.Group)
    undocumented = [
        command
        for command in checkout_commands.commands
        if f"flask checkout {command}" not in text
    ]
    assert undocumented == []


def test_relative_links_resolve() -> None:
    broken = [
        f"{document.name}: {link}"
        for document in documents()
        for link in document.links
        if not re.match(r"[a-z]+:", link) and not _resolves(document, link)
    ]
    assert broken == []


def _resolves(document: Document, link: str) -> bool:
    target, _, anchor = unquote(link).partition("#")
    path = (document.path.parent / target) if target else document.path
    if not path.exists() or not path.resolve().is_relative_to(ROOT):
        return False
    if anchor and path.suffix == ".md":
        return anchor in Document(path).anchors
    return True


def test_python_blocks_compile() -> None:
    for document in documents():
        for block in document.blocks:
            if block.language == "python":
                compile(block.text, block.place, "exec", dont_inherit=True)


def test_documented_names_are_public() -> None:
    import checkout_kit

    private = [
        f"{block.place}: {alias.name}"
        for document in documents()
        for block in document.blocks
        if block.language == "python"
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, ast.ImportFrom) and node.module == "checkout_kit"
        for alias in node.names
        if alias.name not in checkout_kit.__all__
    ]
    assert private == []
