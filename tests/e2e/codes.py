"""Codes: what a wallet would read from the QR code on the page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from urllib.parse import parse_qs

import zxingcpp
from PIL import Image
from playwright.sync_api import Page

_WEI = Decimal(10) ** 18


@dataclass(frozen=True, slots=True)
class Scanned:
    """A payment URI taken apart: what a wallet would fill in."""

    network: str
    address: str
    amount: Decimal
    memo: str | None = None
    tag: str | None = None


def scan(page: Page) -> str:
    """Read the QR code as a camera does: from its picture."""
    picture = Image.open(BytesIO(page.locator("svg.qr").screenshot()))
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, "exactly one code on the picture"
    text: str = found[0].text
    return text


def take_apart(code: str) -> Scanned:
    """Take a payment URI apart: BIP21, EIP-681, SEP-7, or the XRP Ledger's."""
    head, _, tail = code.partition("?")
    query = {name: values[0] for name, values in parse_qs(tail).items()}
    scheme, colon, address = head.partition(":")
    scheme = scheme.lower()
    if not colon:
        amount = Decimal(query["amount"])
        return Scanned("xrpl", head, amount, tag=query.get("dt"))
    if scheme == "web+stellar":
        assert address == "pay"
        assert query["memo_type"] == "MEMO_TEXT"
        amount = Decimal(query["amount"])
        return Scanned("stellar", query["destination"], amount, memo=query["memo"])
    if scheme == "ethereum":
        address, _, chain = address.partition("@")
        assert chain == "1"
        return Scanned("ethereum", address, int(query["value"]) / _WEI)
    # Capitals pack closer; addresses of this kind are the same in both cases.
    lower = address.lower()
    is_bech32 = address == address.upper() and lower.startswith(("bc1", "ltc1"))
    return Scanned(scheme, lower if is_bech32 else address, Decimal(query["amount"]))
