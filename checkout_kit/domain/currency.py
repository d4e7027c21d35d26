"""Currencies: what an amount is counted in, down to the network and the issuer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from checkout_kit.domain.iso4217 import MINOR_UNITS
from checkout_kit.errors import CurrencyError

#: The most decimals that any currency has.
MAX_DECIMALS = 18
#: Native assets of the networks that providers offer: code → (network, decimals).
NATIVE_ASSETS = {
    "BTC": ("bitcoin", 8),
    "LTC": ("litecoin", 8),
    "ETH": ("ethereum", 18),
    "XLM": ("stellar", 7),
    "XRP": ("xrpl", 6),
}
#: Other spellings of the same asset, resolved by :meth:`Currency.parse` alone.
ALIASES = {"XBT": "BTC"}
#: Decimals of an issued asset, by its network, where the text form does not tell.
_ISSUED_DECIMALS = {"stellar": 7, "xrpl": 15, "ethereum": 18}

_TEXT = re.compile(
    r"(?P<code>[A-Za-z0-9]{1,12})(?::(?P<issuer>[A-Za-z0-9]{1,64}))?"
    r"(?:@(?P<network>[a-z][a-z0-9-]{0,31}))?\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Currency:
    """What an amount is counted in.

    Two currencies are the same if code, network and issuer are the same: a dollar
    token of one issuer is never another's, nor the dollar of a bank account. Fiat
    currencies have neither network nor issuer. ``decimals`` is how many places an
    amount may have: ISO 4217's minor units, or the asset's precision on its network.
    """

    code: str
    network: str | None = None
    issuer: str | None = None
    decimals: int = field(default=2, compare=False)

    def __post_init__(self) -> None:
        if not _TEXT.match(str(self)):
            raise CurrencyError("currency", "the code, network or issuer is malformed")
        if self.issuer is not None and self.network is None:
            raise CurrencyError("currency", "an issuer is given without its network")
        if self.network is None and self.code in NATIVE_ASSETS:
            raise CurrencyError("currency", f"{self.code} is given without its network")
        if not 0 <= self.decimals <= MAX_DECIMALS:
            raise CurrencyError(
                "currency", f"decimals must be from 0 to {MAX_DECIMALS}"
            )

    @classmethod
    def parse(cls, text: str, *, field_name: str = "currency") -> Currency:
        """Read a currency's text form and resolve aliases such as XBT.

        Understood are a fiat code (``USD``), the code of a native asset (``BTC``) and
        an asset of a network, ``CODE@network`` or ``CODE:ISSUER@network``.

        :raises CurrencyError: if the text is malformed or the code unknown.
        """
        match = _TEXT.match(text) if isinstance(text, str) else None
        if match is None:
            raise CurrencyError(field_name, "is not a currency such as USD or BTC")
        code = ALIASES.get(match["code"].upper(), match["code"].upper())
        network, issuer = match["network"], match["issuer"]
        if network is None and issuer is None:
            if code in NATIVE_ASSETS:
                network, decimals = NATIVE_ASSETS[code]
                return cls(code, network, None, decimals)
            if code in MINOR_UNITS:
                return cls(code, None, None, MINOR_UNITS[code])
            raise CurrencyError(field_name, f"the currency {code!r} is unknown")
        if network is None:
            raise CurrencyError(field_name, "an issuer is given without its network")
        if issuer is None and NATIVE_ASSETS.get(code, ("", 0))[0] == network:
            return cls(code, network, None, NATIVE_ASSETS[code][1])
        # The code of an issued asset is kept as written: its network may care.
        return cls(match["code"], network, issuer, _ISSUED_DECIMALS.get(network, 8))

    @property
    def is_fiat(self) -> bool:
        """Whether this is money of a state, without a network."""
        return self.network is None

    def __str__(self) -> str:
        """The canonical text form, read back by :meth:`parse`."""
        if self.network is None:
            return self.code
        if self.issuer is None and NATIVE_ASSETS.get(self.code, (None,))[0] == (
            self.network
        ):
            return self.code
        issuer = f":{self.issuer}" if self.issuer is not None else ""
        return f"{self.code}{issuer}@{self.network}"
