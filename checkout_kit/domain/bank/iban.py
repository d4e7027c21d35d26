"""IBAN and BIC: accounts and banks as ISO 13616 and ISO 9362 number them."""

from __future__ import annotations

import re

from checkout_kit.domain.iso3166 import COUNTRIES
from checkout_kit.errors import InputError

#: How long an IBAN is, by its country (the registry of ISO 13616).
IBAN_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 "
        "CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 "
        "GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 "
        "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 "
        "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 "
        "SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
    ).split()
}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z", re.ASCII)
# ISO 9362: four letters or digits for the bank, in practice letters; the country; two
# for the place; three for the branch, if any.
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}([A-Z0-9]{3})?\Z", re.ASCII)
# Kosovo has banks and no code of its own in ISO 3166.
_BIC_COUNTRIES = COUNTRIES | {"XK"}
_LONGEST = 64


def check_iban(text: str, *, field: str) -> str:
    """Read an IBAN, which people write in groups and in any case.

    :return: its electronic form.
    :raises InputError: naming ``field``, if a digit is wrong or missing.
    """
    iban = _compact(text)
    if not _IBAN.match(iban):
        raise InputError(field, "must be an IBAN such as DE89370400440532013000")
    expected = IBAN_LENGTHS.get(iban[:2])
    if expected is None:
        raise InputError(field, f"is an IBAN of {iban[:2]}, which has none")
    if len(iban) != expected:
        raise InputError(
            field,
            f"has {len(iban)} characters, and an IBAN of {iban[:2]} has {expected}",
        )
    # Letters count from 10; the whole leaves 1 when divided by 97. Of the check digits
    # that would do, only those from 02 to 98 are ever given out.
    number = int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4]))
    if number % 97 != 1 or not 2 <= int(iban[2:4]) <= 98:
        raise InputError(field, "has a wrong digit: its check digits don't fit")
    return iban


def check_bic(text: str, *, field: str) -> str:
    """Read a BIC, also called SWIFT code, of 8 or 11 characters.

    :raises InputError: naming ``field``.
    """
    bic = _compact(text)
    match = _BIC.match(bic)
    if match is None or match[1] not in _BIC_COUNTRIES:
        raise InputError(field, "must be a BIC of 8 or 11 characters such as DEUTDEFF")
    return bic


def _compact(text: str) -> str:
    # Bounded first. Only ASCII is folded: other scripts' digits stay what they are.
    if len(text) > _LONGEST or not text.isascii():
        return ""
    return text.replace(" ", "").upper()
