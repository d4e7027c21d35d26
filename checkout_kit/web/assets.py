"""The page's own files: read once, served under an address that changes with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response
from werkzeug.exceptions import NotFound

from checkout_kit.web.headers import FOR_EVER

STATIC_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Assets:
    """The files by their names; whatever is asked for, no other file is reached.

    ``version`` is a hash of all of them.
    """

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        self._files = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix in _TYPES
        }
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(f"{name} {len(content)} ".encode() + content)
        self.version = digest.hexdigest()[:12]

    def send(self, version: str, name: str) -> Response:
        """Send a file, to be kept for ever if it is of the version asked for.

        :raises NotFound: if there is no such file.
        """
        content = self._files.get(name)
        if content is None:
            raise NotFound
        response = Response(content, content_type=_TYPES[Path(name).suffix])
        if version == self.version:
            response.headers["Cache-Control"] = FOR_EVER
        return response
