"""The project's documents, taken apart for tests: sections, code blocks, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.source import ROOT

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+)(?P<language>\w*)[^\n]*$")
_LINK = re.compile(
    r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)|src=\"(?P<source>[^\"]+)\""
)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block: its language, text, and the line of the file it begins on."""

    language: str
    text: str
    path: Path
    line: int

    @property
    def place(self) -> str:
        """Where it is, as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next of any level."""

    level: int
    title: str
    text: str
    blocks: tuple[CodeBlock, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(ROOT))

    def section(self, title: str) -> Section:
        """The section of that heading.

        :raises LookupError: if there is none.
        """
        for section in self.sections:
            if section.title == title:
                return section
        raise LookupError(f"{self.name} has no section {title!r}")

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in order; what precedes the first heading has level 0."""
        return _sections(self.path)

    @property
    def blocks(self) -> tuple[CodeBlock, ...]:
        """All code blocks in order."""
        return tuple(block for section in self.sections for block in section.blocks)

    @property
    def links(self) -> Iterator[str]:
        """The targets of its links and images, outside code blocks."""
        for section in self.sections:
            for match in _LINK.finditer(section.text):
                yield match["target"] or match["source"]

    @property
    def anchors(self) -> set[str]:
        """What a link to one of its headings may say after the ``#``."""
        return {_anchor(section.title) for section in self.sections}


def documents() -> list[Document]:
    """README, CHANGELOG, everything in docs/ and the plugins' own READMEs."""
    paths = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("plugins/*/README.md"),
    ]
    return [Document(path) for path in sorted(paths)]


@cache
def _sections(path: Path) -> tuple[Section, ...]:
    return tuple(_read(path))


def _read(path: Path) -> Iterator[Section]:
    level, title = 0, ""
    prose: list[str] = []
    blocks: list[CodeBlock] = []
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        if fence := _FENCE.match(line):
            text = _until_closed(lines, fence["indent"], fence["fence"])
            blocks.append(CodeBlock(fence["language"], text, path, number))
        elif heading := re.match(r"(#{1,6}) +(.*?) *#*$", line):
            yield Section(level, title, "\n".join(prose), tuple(blocks))
            level, title = len(heading[1]), heading[2]
            prose, blocks = [], []
        else:
            prose.append(line)
    yield Section(level, title, "\n".join(prose), tuple(blocks))


def _until_closed(lines: Iterator[tuple[int, str]], indent: str, fence: str) -> str:
    text = []
    for _, line in lines:
        if line.strip() == fence:
            break
        text.append(line.removeprefix(indent))
    return "\n".join(text) + "\n"


def _anchor(title: str) -> str:
    # GitHub's rule: lower case, punctuation dropped, blanks to hyphens.
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
