"""The state of a user's KYC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..amounts import plus
from ..kyc_records import DOCUMENTS, LEVELS, NOT_COMPLETED, requirements_of
from ..market import REFERENCE_FIAT
from ..people import User
from ..records import APPROVED
from ..wiring import simulator
from .numbers import short, unix

_LINK_LIFE = timedelta(hours=24)
_PURPOSES = ("remittances", "payments", "investments", "savings", "other")
_VALUES = ("1 - 1000", "1000 - 5000", "5000 - 10000", "10000 - 50000", "+50000")
_FREQUENCIES = ("1 - 5", "6 - 10", "11 - 20", "21 - 50", "+50")
_SOURCES = ("credit_debit_card", "e_wallet", "bank_account", "mining_wallet", "other")
_ORIGINS = (
    "payroll_funds",
    "dividends_of_business",
    "personal_savings",
    "proceeds_of_investments",
    "proceeds_of_mining",
    "other",
)
#: What may be answered in the enhanced due diligence, by field.
EDD_CHOICES = {
    "transactionsPurpose": _PURPOSES,
    "transactionsNatureValue": ("1", "2", "3", "4", "5"),
    "transactionsNatureFrequency": ("1", "2", "3", "4", "5"),
    "fundsSource": _SOURCES,
    "fundsOrigin": _ORIGINS,
}


def kyc_document(
    user: User, access: str, *, is_profile: bool = False
) -> dict[str, Any]:
    """Write a user's KYC; a profile has some more fields."""
    kyc, phone = user.kyc, user.kyc.phone
    missing = missing_parts(user)
    sent: dict[str, Any] = {"emailSent": False} if is_profile else {}
    documents = {
        name: {
            "status": kyc.documents.get(name, NOT_COMPLETED),
            "url": _url(user, name),
        }
        for name in DOCUMENTS
    }
    return {
        "required": missing[0] if missing else None,
        "status": kyc.status,
        "level": kyc.level,
        "amounts": {
            "buy": short(_traded(user, "in")),
            "sell": short(_traded(user, "out")),
        },
        "amountsNextLevel": _next_amounts(kyc.level),
        "links": _links(user, access, missing),
        "phone": {
            "required": "phone" in missing,
            "number": phone.number if phone else None,
            "isVerified": bool(phone and phone.is_verified),
        },
        "personal": {
            "required": "personal" in missing,
            "status": kyc.personal_status,
            "firstName": kyc.first_name,
            "lastName": kyc.last_name,
            "dateOfBirth": _birthday(kyc.birthday),
        },
        "address": {
            "required": "address" in missing,
            **sent,
            "status": kyc.address_status,
            "country": kyc.country,
            "city": kyc.city,
            "zip": kyc.zip,
            "street": kyc.street,
        },
        "documents": {
            "required": "documents" in missing,
            **sent,
            **documents,
            "extendedProofOfFunds": [],
            **({"tempFiles": []} if is_profile else {}),
        },
        "video": {
            "required": "video" in missing,
            "emailSent": False,
            "status": kyc.video_status,
            "videoFile": None,
            "scheduleDate": kyc.video_at,
            "scheduleDateTimezone": None,
            "cancelScheduleUrl": None,
            "rescheduleUrl": None,
        },
        "enhancedDueDiligence": {
            "required": "enhancedDueDiligence" in missing,
            **sent,
            "status": "PENDING" if kyc.edd else None,
            **({"eddData": _edd_choices()} if is_profile else {}),
            **_edd_answers(kyc.edd, is_profile=is_profile),
            "createdAt": unix(kyc.edd_at),
        },
        "createdAt": unix(kyc.created_at),
    }


def missing_parts(user: User) -> list[str]:
    """List what a user still has to show to reach the next level."""
    kyc = user.kyc
    if kyc.level >= len(LEVELS):
        return []
    wanted = requirements_of(kyc.level + 1)
    done = {
        "phone": bool(kyc.phone and kyc.phone.is_verified),
        "personal": kyc.personal_status != NOT_COMPLETED,
        "address": kyc.address_status != NOT_COMPLETED,
        "documents": "passport" in kyc.documents
        or {"governmentIdFront", "governmentIdBack"} <= set(kyc.documents),
        "video": kyc.video_status is not None or "video" not in wanted,
        "enhancedDueDiligence": bool(kyc.edd) or "enhancedDueDiligence" not in wanted,
    }
    return [name for name, is_done in done.items() if not is_done]


def _traded(user: User, direction: str) -> Decimal:
    """Sum up in euro what a user bought or sold."""
    books, total = simulator().books, Decimal(0)
    for order in books.orders:
        fiat = order.from_symbol if direction == "in" else order.to_symbol
        amount = order.from_amount if direction == "in" else order.to_amount
        is_done = order.user_id == user.id and order.status == APPROVED
        if is_done and order.direction == direction and fiat == REFERENCE_FIAT:
            total = plus(total, amount)
    return total


def _next_amounts(level: int) -> dict[str, str]:
    most = str(LEVELS[min(level, len(LEVELS) - 1)][2])
    return {"buy": most, "sell": most}


def _links(user: User, access: str, missing: list[str]) -> dict[str, str]:
    parts = simulator()
    expire = int((parts.clock.now() + _LINK_LIFE).timestamp())
    payload = {"user": user.id, "access": access, "expire": expire}
    paths = {
        "address": "kyc/address",
        "documents": "kyc/documents",
        "video": "kyc/video",
        "enhancedDueDiligence": "kyc/edd",
    }
    return {
        name: parts.links.make(path, payload) if name in missing else ""
        for name, path in paths.items()
    }


def _url(user: User, name: str) -> str | None:
    return f"https://files.example.com/{name}" if name in user.kyc.documents else None


def _birthday(text: str) -> int | None:
    if not text:
        return None
    born = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)
    return unix(born)


def _edd_choices() -> dict[str, list[str]]:
    return {
        "transactionsPurpose": list(_PURPOSES),
        "transactionsNatureValue": list(_VALUES),
        "transactionsNatureFrequency": list(_FREQUENCIES),
        "fundsSource": list(_SOURCES),
        "fundsOrigin": list(_ORIGINS),
    }


def _edd_answers(edd: dict[str, str], *, is_profile: bool) -> dict[str, str | None]:
    value = edd.get("transactionsNatureValue")
    frequency = edd.get("transactionsNatureFrequency")
    # The two are named otherwise in the profile.
    field = "" if is_profile else "Field"
    return {
        "transactionsPurpose": edd.get("transactionsPurpose"),
        "transactionsPurposeOther": edd.get("transactionsPurposeOther"),
        f"transactionsNatureValue{field}": value and _VALUES[int(value) - 1],
        f"transactionsNatureFrequency{field}": frequency
        and _FREQUENCIES[int(frequency) - 1],
        "fundsSource": edd.get("fundsSource"),
        "fundsSourceOther": edd.get("fundsSourceOther"),
        "fundsSourceFile": edd.get("fundsSourceFile"),
        "fundsOrigin": edd.get("fundsOrigin"),
        "fundsOriginOther": edd.get("fundsOriginOther"),
        "fundsOriginFile": edd.get("fundsOriginFile"),
    }
