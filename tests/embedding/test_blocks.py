"""Overriding: every block of the page's templates can be a shop's own."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from tests.embedding.little_shop import LittleShop
from tests.support.source import ROOT

_FOLDER = ROOT / "checkout_kit" / "web" / "templates" / "checkout_kit"
_BLOCK = re.compile(r"{%-?\s*block (\w+)\s*-?%}")


def _blocks() -> set[str]:
    texts = (_FOLDER / "layout.html", _FOLDER / "default" / "page.html")
    return {name for path in texts for name in _BLOCK.findall(path.read_text())}


def test_every_block_of_the_page_can_be_overridden(
    opened: Callable[..., LittleShop],
) -> None:
    blocks = _blocks()
    assert {"head", "brand", "panel", "footer", "scripts"} <= blocks
    overriding = ['{% extends "checkout_kit/default/page.html" %}']
    for name in sorted(blocks):
        mark = f' data-mine="{name}"' if name == "main_attributes" else f"mine-{name} "
        overriding.append(
            f"{{% block {name} %}}{mark}{{{{ super() }}}}{{% endblock %}}"
        )

    def with_theme(app: Flask) -> None:
        own = app.jinja_loader
        template = DictLoader({"checkout_kit/page.html": "\n".join(overriding)})
        app.jinja_loader = ChoiceLoader([template, *([own] if own else [])])

    shop = opened(before=with_theme)
    html = shop.show(shop.buy()).text
    missing = [
        name
        for name in sorted(blocks - {"main_attributes"})
        if f"mine-{name} " not in html
    ]
    assert missing == []
    assert 'data-mine="main_attributes"' in html
    # What was there is there still.
    assert "How would you like to pay?" in html
