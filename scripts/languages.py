"""``python -m scripts.languages``: catalogues brought up to date with the code.

Words that are new get an empty entry to translate, those that nothing uses go, and
what is translated is compiled; the widgets' words become a module for each language.
Exit code 1 if a word waits for its translation.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "checkout_kit"
FOLDER = SOURCE / "translations"
WIDGETS = ROOT / "widgets" / "checkout_kit_widgets" / "modules"
WORDS = WIDGETS / "words"
NAME = "checkout_kit"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def main() -> int:
    """Bring every catalogue up to date; tell what is left to translate."""
    wanted = extract()
    waiting = 0
    for path in catalogue_files():
        catalogue = update(read(path), wanted)
        path.write_bytes(to_po(catalogue))
        path.with_suffix(".mo").write_bytes(to_mo(catalogue))
        words = WORDS / f"{path.parent.parent.name}.js"
        words.write_text(to_module(catalogue), encoding="utf-8")
        left = [message.id for message in catalogue if message.id and not told(message)]
        waiting += len(left)
        print(f"{path.parent.parent.name}: {len(catalogue)} words, {len(left)} to do")
    return 1 if waiting else 0


def extract() -> Catalog:
    """Collect every text of the code and the templates, in the order of the files."""
    found = Catalog(project=NAME, charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(SOURCE, _METHODS, keywords=_KEYWORDS):
        found.add(message)
    for text in widget_texts():
        found.add(text)
    return found


def widget_texts() -> list[str]:
    """Collect every text of the widgets, each once."""
    modules = extract_from_dir(WIDGETS, [("*.js", "javascript")], keywords={"t": None})
    return list(dict.fromkeys(str(message) for _, _, message, _, _ in modules))


def catalogue_files() -> list[Path]:
    """The catalogues as their translators write them."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{NAME}.po"))


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(catalogue: Catalog, wanted: Catalog) -> Catalog:
    """Make a catalogue of the texts that are wanted, translated as far as known."""
    made = empty(str(catalogue.locale))
    for message in wanted:
        if message.id:
            known = catalogue.get(message.id)
            made.add(message.id, known.string if known else "")
    return made


def empty(locale: str) -> Catalog:
    """A catalogue without a text."""
    return Catalog(Locale.parse(locale), project=NAME, charset="utf-8", fuzzy=False)


def told(message: Message) -> bool:
    """Whether a message is translated, in every form that its language has."""
    return all(texts_of(message)) and bool(texts_of(message))


def texts_of(message: Message) -> list[str]:
    """The translations of a message, one for each form."""
    found = message.string
    return [found] if isinstance(found, str) else list(found or ())


def to_po(catalogue: Catalog) -> bytes:
    """Write a catalogue for people; nothing in it changes with the day or a line."""
    target = io.BytesIO()
    write_po(target, catalogue, width=88, no_location=True, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalogue.locale}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header.encode() + target.getvalue().lstrip(b"\n")


def to_module(catalogue: Catalog) -> str:
    """Write the widgets' words as a module."""
    lines = ["export default {"]
    for text in widget_texts():
        message = catalogue.get(text)
        for translation in texts_of(message) if message else []:
            source, target = (
                json.dumps(one, ensure_ascii=False) for one in (text, translation)
            )
            lines.append(f"  {source}: {target},")
    return "\n".join([*lines, "};", ""])


def to_mo(catalogue: Catalog) -> bytes:
    """Write a catalogue for programs."""
    target = io.BytesIO()
    made = read_po(io.BytesIO(to_po(catalogue)), locale=catalogue.locale)
    # Not the day that it was made on: the same words make the same file.
    made.creation_date = made.revision_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    write_mo(target, made)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
