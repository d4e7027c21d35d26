"""QR codes: what is drawn is what a phone reads."""

from __future__ import annotations

import io

import cairosvg
import pytest
import zxingcpp
from PIL import Image

from checkout_kit.web.qr import draw_qr, to_compact

PAYLOADS = [
    "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=0.00119045",
    "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=1",
    "web+stellar:pay?destination=GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7O"
    "X2H&amount=412.8830154&memo=7Q4K9ZT2&memo_type=MEMO_TEXT",
    "xrpl:rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh?dt=0&amount=48.213501",
    "ethereum:0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B@1?value=34512345678901234",
    "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh",
    "x" * 1000,
]


def read(payload: str) -> str:
    """Draw a payload, and read the picture again."""
    svg = draw_qr(payload, title="Title", description="Description")
    assert svg is not None
    image = cairosvg.svg2png(bytestring=str(svg).encode(), output_width=700)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(image)))
    assert len(found) == 1
    return str(found[0].text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_picture_reads_as_the_payload(payload: str) -> None:
    assert read(payload) == to_compact(payload)


def test_only_what_may_be_is_written_in_capitals() -> None:
    compact = to_compact(PAYLOADS[0])
    assert compact == (
        "BITCOIN:BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ?amount=0.00119045"
    )
    for payload in PAYLOADS[1:]:
        assert to_compact(payload) == payload
    assert to_compact("lightning:lnbc20u1pvjluez") == "LIGHTNING:LNBC20U1PVJLUEZ"


def test_the_text_alternative_is_escaped() -> None:
    svg = draw_qr("x", title="<b>", description='"&')
    assert svg is not None
    assert "<b>" not in svg and "&lt;b&gt;" in svg and "&#34;&amp;" in svg
    assert "style" not in svg


@pytest.mark.parametrize("payload", ["", "x" * 5000])
def test_what_no_phone_could_read_is_not_drawn(payload: str) -> None:
    assert draw_qr(payload, title="", description="") is None
