"""Uploaded files: their kind and size; nothing of them is kept."""

from __future__ import annotations

import os

from werkzeug.datastructures import FileStorage

#: "max:10240kb"
FILE_LIMIT = 10_240 * 1024
#: How the content of each kind begins.
_IMAGES = {
    "bmp": b"BM",
    "jpeg": b"\xff\xd8\xff",
    "jpg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
}
_DOCUMENTS = {**_IMAGES, "pdf": b"%PDF-"}


def check_file(file: FileStorage, *, takes_pdf: bool = False) -> str | None:
    """Tell what is wrong with a file: name and content must be of one kind."""
    file.stream.seek(0, os.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    begin = file.stream.read(8)
    kinds = _DOCUMENTS if takes_pdf else _IMAGES
    wanted = kinds.get((file.filename or "").rpartition(".")[2].lower())
    if wanted is None or not begin.startswith(wanted):
        return f"must be a file of type: {', '.join(kinds)}."
    if size > FILE_LIMIT:
        return "may not be greater than 10240 kilobytes."
    return None
