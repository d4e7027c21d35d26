"""The widgets' files: ES modules, read once, with their hashes for who embeds them.

Nothing is built: a module is sent as it was written, but for comments and indents.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "modules"
_KINDS = (".css", ".js")
_IMPORT = re.compile(r'^(?:import|export) [^;]*?"\./([\w-]+\.js)";', re.M)
# Comments begin a line, or are JSDoc. The tests compare what is left token by token.
_COMMENTS = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)
_INDENTS = re.compile(r"^\s+|[ \t]+$", re.M)
# A line that ends so goes on in the next one, in JavaScript as in CSS.
_OPEN_ENDS = re.compile(r"(?<=[;,({\[])\n")
# Nothing else has a colon and a semicolon: properties of an object end with a comma.
_DECLARATIONS = re.compile(r"^([\w-]+): (?=[^\n]*;$)", re.M)


class WidgetFiles:
    """The files by their names, below no other folder than their own.

    ``version`` is a hash of all of them: an address with it may be kept for ever.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._sources = {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in sorted(folder.rglob("*"))
            if path.suffix in _KINDS
        }
        self._sent = {name: squeeze(text) for name, text in self._sources.items()}
        digest = hashlib.sha256()
        for name, content in self._sent.items():
            digest.update(f"{name} {len(content)} ".encode() + content)
        self.version = digest.hexdigest()[:12]

    @property
    def names(self) -> tuple[str, ...]:
        """Every file."""
        return tuple(self._sent)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are words in; English needs none."""
        return tuple(
            name.removeprefix("words/").removesuffix(".js")
            for name in self._sent
            if name.startswith("words/")
        )

    def find(self, name: str) -> bytes | None:
        """What is sent for a name, or None if there is no such file."""
        return self._sent.get(name)

    def integrity(self, name: str) -> str:
        """The hash of a file, as an ``integrity`` attribute has it.

        :raises KeyError: if there is no such file.
        """
        digest = hashlib.sha384(self._sent[name]).digest()
        return f"sha384-{base64.b64encode(digest).decode()}"

    def needs(self, name: str) -> tuple[str, ...]:
        """The modules that a module imports, and those that they import in turn.

        :raises KeyError: if there is no such file.
        """
        found: list[str] = []
        waiting = [name]
        while waiting:
            for needed in _IMPORT.findall(self._sources[waiting.pop()]):
                if needed not in found and needed != name:
                    found.append(needed)
                    waiting.append(needed)
        return tuple(sorted(found))


def squeeze(text: str) -> bytes:
    """Leave out comments, indents and line ends: two fifths of what is sent."""
    lines = _INDENTS.sub("", _COMMENTS.sub("", text))
    return _OPEN_ENDS.sub("", _DECLARATIONS.sub(r"\1:", lines)).encode()
