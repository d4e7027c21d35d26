"""Uploaded files: their kind and size; nothing of them is kept."""

from __future__ import annotations

import os

from werkzeug.datastructures import FileStorage

#: "max:10240kb"
FILE_LIMIT = 10_240 * 1024
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM")
_PDF = b"%PDF-"
_EXTENSIONS = frozenset({"jpg", "jpeg", "bmp", "png"})


def check_file(file: FileStorage, *, takes_pdf: bool = False) -> str | None:
    """Tell what is wrong with a file: its content counts, and its name must fit."""
    file.stream.seek(0, os.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    begin = file.stream.read(8)
    file.stream.seek(0)
    kinds = (*_IMAGES, _PDF) if takes_pdf else _IMAGES
    names = _EXTENSIONS | {"pdf"} if takes_pdf else _EXTENSIONS
    extension = (file.filename or "").rpartition(".")[2].lower()
    if extension not in names or not begin.startswith(kinds):
        return f"must be a file of type: {', '.join(sorted(names))}."
    if size > FILE_LIMIT:
        return "may not be greater than 10240 kilobytes."
    return None
