"""A blank database: the kit's tables with nothing in them, migrated once a process."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from checkout_kit import CheckoutKit

_lock = threading.Lock()
_blank: bytes | None = None


def prepare_database(kit: CheckoutKit, file: Path) -> None:
    """Give a kit its tables in a SQLite file; a new file begins as a copy.

    Running every migration takes longer than most scenarios do.
    """
    global _blank
    is_new = not file.exists()
    with _lock:
        if is_new and _blank is not None:
            file.write_bytes(_blank)
        kit.init_db()
        if is_new and _blank is None:
            _blank = _blank_copy(file)


def _blank_copy(file: Path) -> bytes:
    """The file without the id that tells one installation from another."""
    copied = file.with_suffix(".blank")
    with (
        closing(sqlite3.connect(file)) as made,
        closing(sqlite3.connect(copied)) as blank,
    ):
        made.backup(blank)
        blank.execute("DELETE FROM checkout_kit_installation")
        blank.commit()
    content = copied.read_bytes()
    copied.unlink()
    return content
