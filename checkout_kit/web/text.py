"""Text of other people: made safe to show, and links made safe to follow."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri

_WALLET_SCHEMES = frozenset(
    "bitcoin litecoin ethereum monero lightning solana dogecoin bitcoincash dash "
    "stellar xrpl xrp ripple tron cardano polkadot tezos ton zcash payto".split()
)
#: Format characters that scripts such as Persian need to be spelt right.
_JOINERS = "\u200c\u200d"


def clean(text: str) -> str:
    """Leave out control characters and marks that reorder or hide what is shown."""
    return "".join(c for c in text if c in _JOINERS or not _is_hidden(c))


def web_link(url: str | None) -> str | None:
    """The URL in ASCII if it is a plain http(s) one, else None."""
    if not url or any(c.isspace() or c == "\\" or _is_hidden(c) for c in url):
        return None
    try:
        url = iri_to_uri(url)
        parts = urlsplit(url)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return url if is_web and "@" not in parts.netloc else None


def wallet_link(uri: str | None) -> str | None:
    """The payment URI if a wallet opens it, and never the browser itself, else None."""
    if not uri or not _is_plain(uri):
        return None
    scheme = uri.partition(":")[0].lower()
    if scheme in _WALLET_SCHEMES or scheme.startswith("web+"):
        return uri
    return web_link(uri)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _is_plain(url: str) -> bool:
    return all(32 < ord(c) < 127 for c in url) and "\\" not in url
