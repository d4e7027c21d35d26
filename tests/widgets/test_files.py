"""The widgets' files: small, whole, translated, and the same as they were written."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pygments.lexers.javascript import JavascriptLexer

from checkout_kit_widgets import FOLDER, WidgetFiles, squeeze
from scripts import languages
from tests.widgets.stage import Stage

#: What all of the widgets may weigh, compressed, without the words of other languages.
LIMIT = 12_000
_CALL = re.compile(r"""\bt\(\s*["'`]([^"'`]+)["'`]""")


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    """A browser at the shop."""
    return stage.app.test_client()


def weight(files: WidgetFiles) -> int:
    """What all modules weigh, as they are sent and compressed."""
    return sum(
        len(gzip.compress(files.find(name) or b"", 9, mtime=0))
        for name in files.names
        if name.endswith(".js") and not name.startswith("words/")
    )


def tokens(text: str) -> list[tuple[str, str]]:
    """What a browser reads in a module: all but comments and room between tokens."""
    return [
        (kind[0], re.sub(r"\s+", "", value))
        for kind, value in JavascriptLexer().get_tokens(text)
        if kind[0] not in {"Comment", "Text"}
    ]


def test_all_modules_together_are_small() -> None:
    assert weight(WidgetFiles()) <= LIMIT


def test_what_is_sent_means_what_was_written() -> None:
    for path in sorted(FOLDER.rglob("*.js")):
        text = path.read_text("utf-8")
        assert "Error" not in {kind for kind, _ in tokens(text)}
        assert tokens(squeeze(text).decode()) == tokens(text), path.name


def test_no_module_names_another_host() -> None:
    for path in sorted(FOLDER.rglob("*.*s")):
        assert "//" not in re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.M)


def test_a_module_needs_what_it_imports_and_nothing_else() -> None:
    files = WidgetFiles()
    assert files.needs("pos-define.js") == ("checkout.js", "element.js", "pos.js")
    assert "pos.js" not in files.needs("define.js")
    assert files.needs("element.js") == ()
    for name in files.names:
        sent = (files.find(name) or b"").decode()
        for needed in re.findall(r'from ?"\./([\w.-]+)"', sent):
            assert needed in files.needs(name)


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("export const one = 1;\n")
    before = WidgetFiles(tmp_path)
    (tmp_path / "one.js").write_text("export const one = 2;\n")
    after = WidgetFiles(tmp_path)
    assert before.version != after.version
    assert before.integrity("one.js") != after.integrity("one.js")


def test_every_text_is_found_by_the_catalogues() -> None:
    # Babel sees no call inside a template.
    called = {
        text
        for path in FOLDER.glob("*.js")
        for text in _CALL.findall(path.read_text("utf-8"))
    }
    assert called == set(languages.widget_texts())


@pytest.mark.parametrize("path", languages.catalogue_files(), ids=str)
def test_words_are_those_of_the_catalogue(path: Path) -> None:
    written = languages.WORDS / f"{path.parent.parent.name}.js"
    expected = languages.to_module(languages.read(path))
    assert written.read_text("utf-8") == expected, "run `make languages`"


def test_the_modules_know_every_language_that_there_is() -> None:
    source = (FOLDER / "element.js").read_text("utf-8")
    (listed,) = re.findall(r"const LANGUAGES = \[(.*?)\];", source, re.S)
    assert re.findall(r"\w+", listed) == list(WidgetFiles().languages)


# Serving them


def test_files_are_kept_for_ever_under_their_version(client: FlaskClient) -> None:
    files = WidgetFiles()
    answer = client.get(f"/checkout/widgets/{files.version}/button.js")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.mimetype == "text/javascript"
    digest = base64.b64encode(hashlib.sha384(answer.data).digest()).decode()
    assert files.integrity("button.js") == f"sha384-{digest}"


def test_another_version_is_asked_for_anew(client: FlaskClient) -> None:
    answer = client.get("/checkout/widgets/older/button.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["../__init__.py", "__init__.py", "words", "words/xx.js", "", "%2e%2e/x"]
)
def test_nothing_else_is_served(name: str, client: FlaskClient) -> None:
    assert client.get(f"/checkout/widgets/1/{name}").status_code == 404


def test_tags_have_a_hash_for_every_file_that_runs(stage: Stage) -> None:
    files = WidgetFiles()
    with stage.app.test_request_context():
        template = "{{ checkout_widgets(lang='de-AT') }}"
        tags = stage.app.jinja_env.from_string(template).render()
        hashed = dict(
            re.findall(r'/checkout/widgets/\w+/([\w./-]+)" integrity="([^"]+)"', tags)
        )
        other = "{{ checkout_widgets('pos-define.js', absolute=True) }}"
        absolute = stage.app.jinja_env.from_string(other).render()
    expected = {"define.js", "words/de.js", *files.needs("define.js")}
    assert hashed == {name: files.integrity(name) for name in expected}
    assert tags.count("crossorigin") == len(expected)
    assert f'src="{stage.shop}/checkout/widgets/{files.version}/pos-def' in absolute
