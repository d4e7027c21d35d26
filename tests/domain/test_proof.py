"""Proofs of payment: told by their content, named harmlessly."""

from __future__ import annotations

import pytest

from checkout_kit import InputError, Proof, ProofKind
from checkout_kit.domain.proof import MAX_PROOF_BYTES

PDF = b"%PDF-1.7\n"
BITMAP = b"BM" + (58).to_bytes(4, "little") + bytes(52)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", ProofKind.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ProofKind.PNG),
        (BITMAP, ProofKind.BMP),
        (PDF, ProofKind.PDF),
    ],
)
def test_the_content_tells_the_kind(content: bytes, kind: ProofKind) -> None:
    proof = Proof.read(content, "receipt.exe")
    assert proof.kind is kind
    assert proof.name == "receipt" + kind.suffix


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"BM and nothing more",
        b"\n%PDF-1.7",
        b"GIF89a",
    ],
)
def test_anything_else_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(InputError):
        Proof.read(content, "receipt.pdf")


def test_a_proof_has_a_largest_size() -> None:
    assert Proof.read(PDF.ljust(MAX_PROOF_BYTES)).kind is ProofKind.PDF
    with pytest.raises(InputError, match="10240 kB"):
        Proof.read(PDF.ljust(MAX_PROOF_BYTES + 1))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("../../etc/passwd", "proof.pdf"),
        ('a"; filename="b.php', "a-filename-b.pdf"),
        ("line\r\nbreak.pdf", "line-break.pdf"),
        (".pdf", "proof.pdf"),
        ("", "proof.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("квитанция.pdf", "proof.pdf"),
    ],
)
def test_the_name_says_nothing_else(name: str, cleaned: str) -> None:
    assert Proof.read(PDF, name).name == cleaned


def test_the_content_is_in_no_repr() -> None:
    assert "PDF-1.7" not in repr(Proof.read(PDF))
