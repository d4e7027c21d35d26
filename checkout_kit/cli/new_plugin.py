"""``flask checkout new-plugin``."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import click

from checkout_kit.cli.group import checkout

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_MAX_LENGTH = 24
_SKELETON = Path(__file__).parent / "skeleton"


@checkout.command("new-plugin", with_appcontext=False)
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that the new one is made in; the current one by default.",
)
def new_plugin(name: str, into: Path) -> None:
    """Write a provider plugin to begin with: client, plugin, simulator and tests.

    It passes the conformance kit as it is; change it step by step into your provider's.
    """
    _check_name(name)
    folder = into / f"checkout_kit_{name}"
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise click.ClickException(
            f"{folder} exists already: nothing was written. Choose another name, or "
            "another folder with --into"
        ) from None
    except OSError as err:
        raise click.ClickException(f"{folder} can't be made: {err.strerror}") from err
    for path, text in skeleton(name):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    click.echo(f"{folder} has a plugin that passes the conformance kit. Go on with:")
    click.echo(f"  cd {folder}")
    click.echo("  python -m pip install -e . pytest")
    click.echo("  python -m pytest")


def skeleton(name: str) -> Iterator[tuple[PurePosixPath, str]]:
    """The files of a new plugin, by their paths in its folder.

    :param name: the provider's name in method ids, such as ``acme`` in ``acme:XLM``.
    """
    words = {
        "name": name,
        "title": name.replace("_", " ").title(),
        "distribution": name.replace("_", "-"),
    }
    for template in sorted(_SKELETON.rglob("*.txt")):
        text = template.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        path = PurePosixPath(template.relative_to(_SKELETON).with_suffix("").as_posix())
        if path.parts[0] == "package":
            path = PurePosixPath(f"checkout_kit_{name}", *path.parts[1:])
        yield path, text


def _check_name(name: str) -> None:
    if not _NAME.match(name) or len(name) > _MAX_LENGTH or keyword.iskeyword(name):
        raise click.BadParameter(
            f"must be a short word of a-z, 0-9 and single underscores, of at most "
            f"{_MAX_LENGTH} characters, such as acme or acme_pay",
            param_hint="NAME",
        )
