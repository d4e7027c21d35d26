"""Proofs of payment: a file by which a buyer shows that a bank transfer was made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from checkout_kit.errors import InputError

#: The most that a proof may have: 10 240 kB.
MAX_PROOF_BYTES = 10_240 * 1024
_MAX_STEM = 60
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


class ProofKind(str, Enum):
    """What a proof may be; the value is its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    BMP = "image/bmp"
    PDF = "application/pdf"

    @property
    def suffix(self) -> str:
        """The ending of such a file's name."""
        return _SUFFIXES[self]


_SUFFIXES = {
    ProofKind.JPEG: ".jpg",
    ProofKind.PNG: ".png",
    ProofKind.BMP: ".bmp",
    ProofKind.PDF: ".pdf",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", ProofKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", ProofKind.PNG),
    (b"%PDF-", ProofKind.PDF),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that proves a payment: its content, and a name that says nothing else.

    What it is comes from its content alone, never from its name. The buyer's name for
    it is reduced to letters, digits and hyphens, with the ending of its kind.
    """

    content: bytes = field(repr=False)
    kind: ProofKind
    name: str

    @classmethod
    def read(cls, content: bytes, name: str = "") -> Proof:
        """Take a file in as it was sent.

        :raises InputError: if it is empty, too large or of another kind.
        """
        if not content:
            raise InputError("proof", "is empty")
        if len(content) > MAX_PROOF_BYTES:
            raise InputError("proof", f"is larger than {MAX_PROOF_BYTES // 1024} kB")
        kind = _kind_of(content)
        if kind is None:
            raise InputError("proof", "must be a JPEG, PNG, BMP or PDF file")
        stem = _UNFIT.sub("-", name.rpartition(".")[0] if "." in name else name)
        stem = stem.strip("-_")[:_MAX_STEM].rstrip("-_") or "proof"
        return cls(content, kind, stem + kind.suffix)


def _kind_of(content: bytes) -> ProofKind | None:
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    # Two letters begin many files: a bitmap also says its own length.
    if content.startswith(b"BM") and int.from_bytes(content[2:6], "little") == len(
        content
    ):
        return ProofKind.BMP
    return None
