"""Target accounts: where withdrawals go, and whether such an account can exist.

From the document's "Field Attributes for withdrawals to …", with the checksums that
addresses and IBANs have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from .addresses import is_checksummed_hex, is_segwit_address, is_stellar_account
from .errors import BadRequest

_BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BANKS = frozenset(
    (
        "AccessBank CitiBank DiamondBank Ecobank EnterpriseBank FCMB FidelityBank "
        "FirstBank GTBank Heritage JaizBank KeystoneBank ProvidusBank SkyeBank Stanbic "
        "StandardChartered SterlingBank SuntrustBank UBA UnionBank UnityBank WemaBank "
        "ZenithBank"
    ).split()
)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_SWIFT = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,20}", re.ASCII)
_MEMO_TYPES = ("text", "id", "hash", "return")

Account = dict[str, Any]


def check_account(network: str, given: object) -> Account:
    """Return a target account with exactly the fields that its network has.

    :raises BadRequest: when a field is missing, wrong or unknown.
    """
    if network not in _FIELDS:
        raise BadRequest("targetNetwork: unknown blockchain or fiat currency.")
    if not isinstance(given, dict):
        raise BadRequest("targetAccount: is mandatory and must be an object.")
    fields = _FIELDS[network]
    reasons = [
        f"targetAccount.{name}: unknown." for name in given if name not in fields
    ]
    for name, check in fields.items():
        if not check(given.get(name)):
            reasons.append(f"targetAccount.{name}: is missing or invalid.")
    if network == "XLM" and (given.get("memo") is None) != (
        given.get("memoType") is None
    ):
        reasons.append("targetAccount.memoType: belongs to a memo.")
    if reasons:
        raise BadRequest(*reasons)
    return {name: given.get(name) for name in fields}


def _is_bitcoin(value: object) -> bool:
    return _is_address(value, "bc", (0, 5))


def _is_litecoin(value: object) -> bool:
    return _is_address(value, "ltc", (48, 50, 5))


def _is_address(value: object, prefix: str, versions: tuple[int, ...]) -> bool:
    if not isinstance(value, str):
        return False
    if value.lower().startswith(f"{prefix}1"):
        return is_segwit_address(prefix, value)
    raw = _decode_base58(value, _BITCOIN)
    return raw is not None and len(raw) == 21 and raw[0] in versions


def _is_ethereum(value: object) -> bool:
    return isinstance(value, str) and is_checksummed_hex(value)


def _is_ripple(value: object) -> bool:
    raw = _decode_base58(value, _RIPPLE) if isinstance(value, str) else None
    return raw is not None and len(raw) == 21 and raw[0] == 0


def _is_stellar(value: object) -> bool:
    return isinstance(value, str) and is_stellar_account(value)


def _is_memo(value: object) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value.encode()) <= 64)


def _is_memo_type(value: object) -> bool:
    return value is None or value in _MEMO_TYPES


def _is_tag(value: object) -> bool:
    if value is None:
        return True
    return _is_digits(value) and int(str(value)) < 2**32


def _is_iban(value: object) -> bool:
    if not isinstance(value, str) or not _IBAN.fullmatch(value):
        return False
    turned = value[4:] + value[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _is_swift(value: object) -> bool:
    return isinstance(value, str) and _SWIFT.fullmatch(value) is not None


def _is_digits(value: object) -> bool:
    return isinstance(value, str) and _DIGITS.fullmatch(value) is not None


def _is_nuban(value: object) -> bool:
    return _is_digits(value) and len(str(value)) == 10


def _is_bank(value: object) -> bool:
    return isinstance(value, str) and value in _BANKS


def _decode_base58(text: str, alphabet: str) -> bytes | None:
    if not 25 <= len(text) <= 40 or any(c not in alphabet for c in text):
        return None
    number = 0
    for character in text:
        number = number * 58 + alphabet.index(character)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    raw = b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, checksum = raw[:-4], raw[-4:]
    hashed = hashlib.sha256(hashlib.sha256(payload).digest()).digest()
    return payload if hashed[:4] == checksum else None


_Check = Callable[[object], bool]
_US_BANK: dict[str, _Check] = {"accountNumber": _is_digits, "routingNumber": _is_digits}
_FIELDS: dict[str, dict[str, _Check]] = {
    "BTC": {"address": _is_bitcoin},
    "ETH": {"address": _is_ethereum},
    "LTC": {"address": _is_litecoin},
    "XLM": {"account": _is_stellar, "memo": _is_memo, "memoType": _is_memo_type},
    "XRP": {"account": _is_ripple, "destinationTag": _is_tag},
    "CAD": _US_BANK,
    "EUR": {"iban": _is_iban, "swift": _is_swift},
    "NGN": {"nuban": _is_nuban, "bankName": _is_bank},
    "USD": _US_BANK,
}
