"""Memos and destination tags: what tells deposits on a shared address apart.

A deposit with a wrong one belongs to nobody, so text that a buyer could not copy
exactly is refused.
"""

from __future__ import annotations

import base64
import binascii
import re

from checkout_kit.domain.charge import check_text
from checkout_kit.errors import InputError

#: Longest memo of a kind that is not known here.
MAX_MEMO = 200
#: Stellar: bytes of a text memo, the largest id, bytes of a hash.
MAX_TEXT_BYTES = 28
MAX_ID = 2**64 - 1
HASH_BYTES = 32

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,19})\Z", re.ASCII)
_HEX = re.compile(r"[0-9a-fA-F]{64}\Z", re.ASCII)


def check_memo(memo: str, memo_type: str | None = None, *, field: str = "memo") -> str:
    """Check a memo against the rules of its kind and return its canonical form.

    ``memo_type`` is Stellar's: ``text`` (at most 28 bytes), ``id`` (an unsigned
    number of 64 bits) or ``hash`` and ``return`` (32 bytes in hexadecimal or Base64,
    returned in lower-case hexadecimal, which wallets ask for). Without a type, or with
    another, the memo is plain text.

    :raises InputError: naming ``field``.
    """
    check_text(field, memo, maximum=MAX_MEMO)
    if memo != memo.strip():
        raise InputError(field, "begins or ends with a blank, which copying loses")
    if memo_type == "text" and len(memo.encode()) > MAX_TEXT_BYTES:
        raise InputError(field, f"is longer than {MAX_TEXT_BYTES} bytes")
    if memo_type == "id" and not (_NUMBER.match(memo) and int(memo) <= MAX_ID):
        raise InputError(field, f"must be a whole number from 0 to {MAX_ID}")
    if memo_type in ("hash", "return"):
        return _read_hash(memo, field).hex()
    return memo


def check_destination_tag(tag: int, *, field: str = "destinationTag") -> int:
    """Check a destination tag; 0 is one like any other.

    :raises InputError: naming ``field``, unless it is a whole number of 32 bits.
    """
    if not isinstance(tag, int) or isinstance(tag, bool) or not 0 <= tag < 2**32:
        raise InputError(field, "must be a whole number of 32 bits")
    return tag


def read_destination_tag(tag: object, *, field: str = "destinationTag") -> int:
    """Read a destination tag that may also be given as text, such as ``"1234"``.

    :raises InputError: naming ``field``, unless it is a whole number of 32 bits.
    """
    if isinstance(tag, str):
        # "0012" and " 12" may be meant for somebody else.
        if not _NUMBER.match(tag):
            raise InputError(field, "must be a whole number of 32 bits")
        tag = int(tag)
    return check_destination_tag(tag, field=field)  # type: ignore[arg-type]


def _read_hash(memo: str, field: str) -> bytes:
    if _HEX.match(memo):
        return bytes.fromhex(memo)
    problem = f"must be {HASH_BYTES} bytes in hexadecimal or Base64"
    try:
        raw = base64.b64decode(memo, validate=True)
    except (binascii.Error, ValueError):
        raise InputError(field, problem) from None
    # Compared as a whole: bits behind the end would give one hash several texts.
    if len(raw) != HASH_BYTES or base64.b64encode(raw).decode() != memo:
        raise InputError(field, problem)
    return raw
