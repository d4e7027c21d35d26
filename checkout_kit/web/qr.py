"""QR codes as inline SVG: drawn once per payload, and scannable on a dark page too."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup
from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

#: Light modules around the code; scanners need four (ISO/IEC 18004).
QUIET_ZONE = 4
_MAX_PAYLOAD = 1200
# Schemes and bech32 addresses may be written in capitals, which a QR code packs closer
# (BIP 21, BIP 173, BOLT 11). Anything else keeps its case.
_BECH32 = re.compile(
    r"(?P<scheme>bitcoin|litecoin):(?P<address>(?:bc|tb|bcrt|ltc|tltc|rltc)1"
    r"[02-9ac-hj-np-z]{6,90})(?P<rest>\?.*)?\Z",
    re.ASCII,
)
_LIGHTNING = re.compile(r"lightning:ln[0-9a-z]{6,1100}\Z", re.ASCII)


def draw_qr(payload: str, *, title: str, description: str) -> Markup | None:
    """Draw a payload as an SVG element with a text alternative.

    :return: None if the payload is too long for a code that can be scanned.
    """
    drawn = _draw(to_compact(payload))
    if drawn is None:
        return None
    size, path = drawn
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" role="img" '
        'viewBox="0 0 {size} {size}" shape-rendering="crispEdges" '
        'aria-labelledby="qr-title qr-description">'
        '<title id="qr-title">{title}</title>'
        '<desc id="qr-description">{description}</desc>'
        '<rect width="{size}" height="{size}" fill="#ffffff"/>'
        '<path fill="#000000" d="{path}"/></svg>'
    ).format(size=size, path=path, title=title, description=description)


def to_compact(payload: str) -> str:
    """Write in capitals what may be, for a code with fewer and larger modules."""
    match = _BECH32.match(payload)
    if match is not None:
        head = f"{match['scheme']}:{match['address']}".upper()
        return head + (match["rest"] or "")
    return payload.upper() if _LIGHTNING.match(payload) else payload


@lru_cache(maxsize=256)
def _draw(payload: str) -> tuple[int, str] | None:
    if not payload or len(payload.encode()) > _MAX_PAYLOAD:
        return None
    code = QRCode(error_correction=constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    try:
        code.add_data(payload, optimize=8)
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return None
    rows = code.get_matrix()
    return len(rows), "".join(_row(y, row) for y, row in enumerate(rows))


def _row(y: int, row: list[bool]) -> str:
    pieces, x = [], 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            pieces.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(pieces)
