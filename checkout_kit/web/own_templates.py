"""Own templates: whether the page is made of the kit's files alone."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

_FOLDER = Path(__file__).parent / "templates"


def are_own(app: Flask) -> bool:
    """Whether the page shows nothing but what the kit knows, so that it may be kept.

    It may not where a shop has templates of its own, which may show anything, where it
    adds to the addresses that are made, or where templates are being worked on.
    """
    environment = app.jinja_env
    if environment.auto_reload or app.url_default_functions.get(None):
        return False
    names = (path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob("*.html"))
    return all(_file_of(app, name) == _FOLDER / name for name in names)


def _file_of(app: Flask, name: str) -> Path | None:
    """Where a template would be read from."""
    loader = app.jinja_env.loader
    found = loader.get_source(app.jinja_env, name)[1] if loader else None
    return Path(found) if found else None
