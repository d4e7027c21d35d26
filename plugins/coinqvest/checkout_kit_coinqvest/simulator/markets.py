"""What the simulated platform trades: assets, issuers, rates and minimum amounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext

from .addresses import is_stellar_account, make_address

CREDIT_PLACES = 7
EXACT = Context(prec=80)


@dataclass(frozen=True, slots=True)
class Chain:
    """A blockchain that customers pay on.

    `per_ten_dollars` is the document's own quote for a charge of 10.00 USD (POST
    /checkout, success response), so that its example comes out digit by digit.
    """

    code: str
    name: str
    places: int
    per_ten_dollars: Decimal
    minimum: Decimal
    issuer: str


# GET /blockchains asks 0.05 ETH and 0.005 BTC at least, yet the document's quotes for
# 10 USD hold 0.044 ETH and 0.001 BTC: these minimums are a tenth, to agree with them.
_PORT = "GBVOL67TMUQBGL4TZYNMY3ZQ5WGQYFPFD5VJRWXR72VA33VFNL225PL5"
CHAINS = {
    chain.code: chain
    for chain in (
        Chain(
            "XLM",
            "Stellar Network",
            7,
            Decimal("165.7007861"),
            Decimal("0.0001"),
            "XLM:NATIVE",
        ),
        Chain(
            "BTC",
            "Bitcoin",
            7,
            Decimal("0.0011102"),
            Decimal("0.0005"),
            f"BTC:{_PORT}",
        ),
        Chain(
            "ETH",
            "Ethereum",
            7,
            Decimal("0.0440141"),
            Decimal("0.005"),
            f"ETH:{_PORT}",
        ),
        Chain(
            "LTC",
            "Litecoin",
            7,
            Decimal("0.1537514"),
            Decimal("0.02"),
            f"LTC:{_PORT}",
        ),
        Chain(
            "XRP",
            "XRP Ledger",
            6,
            Decimal("42.282669"),
            Decimal(0),
            f"XRP:{_PORT}",
        ),
    )
}

# Dollars for one unit, about as in the first months of 2020, and the ISO 4217 places.
_FIAT = {
    "USD": ("1", 2),
    "AUD": ("0.6600", 2),
    "BRL": ("0.2235", 2),
    "CAD": ("0.7500", 2),
    "CHF": ("1.0350", 2),
    "CNY": ("0.1430", 2),
    "EUR": ("1.1000", 2),
    "GBP": ("1.2900", 2),
    "INR": ("0.0139", 2),
    "JPY": ("0.0092", 0),
    "KRW": ("0.00083", 0),
    "KWD": ("3.2700", 3),
    "MXN": ("0.0510", 2),
    "NGN": ("0.00275", 2),
    "ZAR": ("0.0640", 2),
}
# The document's issuers; naira and euro are held as tokens of another code (GET
# /wallets, GET /asset-issuer).
_FIAT_ISSUERS = {
    "USD": "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX",
    "NGN": "NGNT:GAWODAROMJ33V5YDFY3NPYTHVYQG7MJXVJ2ND3AOGIHYRWINES6ACCPD",
    "EUR": "EURT:GAP5LETOV6YIE62YAM56STDANPRDO7ZFDBGSNHJQIYGGKSMOZAHOOS2S",
}
_TOKENS = {"NGNT": "NGN", "EURT": "EUR"}
FIAT_CODES = tuple(_FIAT)


def parse_currency(text: str) -> str | None:
    """Return the currency code of `USD` or of an asset id such as `USD:G…`.

    :return: None when the platform does not know it.
    """
    code, separator, issuer = text.partition(":")
    if separator and issuer != "NATIVE" and not is_stellar_account(issuer):
        return None
    if separator and (issuer == "NATIVE") != (code == "XLM"):
        return None
    code = _TOKENS.get(code, code) if separator else code
    return code if code in _FIAT or code in CHAINS else None


def issuer_of(code: str) -> str:
    """Return the asset id that the platform uses by default for a currency."""
    if code in CHAINS:
        return CHAINS[code].issuer
    return _FIAT_ISSUERS.get(code) or f"{code}:{make_address('XLM', 'issuer:' + code)}"


def places_of(code: str) -> int:
    """Return how many decimals a charge in this currency has."""
    return CHAINS[code].places if code in CHAINS else _FIAT[code][1]


def quote(chain: Chain, total: Decimal, currency: str) -> Decimal:
    """Return what `total` costs on `chain`, rounded up to its places."""
    if chain.code == currency:
        return total
    with localcontext(EXACT):
        amount = total * _dollars(currency) * chain.per_ten_dollars / 10
        return amount.quantize(Decimal(1).scaleb(-chain.places), ROUND_UP)


def quote_all(total: Decimal, currency: str) -> dict[str, Decimal]:
    """Return the amounts by chain; those below a chain's minimum are left out."""
    amounts = {code: quote(chain, total, currency) for code, chain in CHAINS.items()}
    return {
        code: amount
        for code, amount in amounts.items()
        if amount > 0 and amount >= CHAINS[code].minimum
    }


def convert(amount: Decimal, source: str, target: str) -> Decimal:
    """Return `amount` in another currency, with the places of a credit."""
    with localcontext(EXACT):
        if source != target:
            amount = amount * _dollars(source) / _dollars(target)
        return amount.quantize(Decimal(1).scaleb(-CREDIT_PLACES), ROUND_HALF_UP)


def _dollars(code: str) -> Decimal:
    if code in CHAINS:
        return 10 / CHAINS[code].per_ten_dollars
    return Decimal(_FIAT[code][0])
