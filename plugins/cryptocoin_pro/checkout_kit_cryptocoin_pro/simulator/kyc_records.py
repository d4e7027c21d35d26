"""What a user has shown of himself (KYC), and up to where that lets him trade."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

NOT_COMPLETED, PENDING, ACCEPTED = "NOT COMPLETED", "PENDING", "ACCEPTED"

DOCUMENTS = (
    "governmentIdFront",
    "governmentIdBack",
    "passport",
    "utilityBill",
    "selfieWithId",
)
#: The document's levels: number, name and how much may be bought or sold. That the
#: fourth allows less than the third is the document's.
LEVELS = (
    ("1", "crevete", 2_500),
    ("2", "peste tigru", 20_000),
    ("3", "delfin", 30_000),
    ("4", "rechin", 25_000),
    ("5", "balena rechin", 100_000),
)
#: What each level asks for beyond the one before.
_ASKED = (
    ("email", "phone"),
    ("governmentIdFront", "governmentIdBack", "passport", "utilityBill"),
    ("selfieWithId", "video"),
    ("enhancedDueDiligence",),
    ("extendedProofOfFunds",),
)


def requirements_of(level: int) -> list[str]:
    """List what a level asks for."""
    return [name for asked in _ASKED[:level] for name in asked]


@dataclass(slots=True)
class Phone:
    """A user's phone number, and the code that was sent to it."""

    number: str
    created_at: datetime
    code: str = field(repr=False)
    is_verified: bool = False
    resent_at: datetime | None = None


@dataclass(slots=True)
class Kyc:
    """The state of a user's papers; `level` is what they reach."""

    created_at: datetime
    level: int = 1
    status: str = NOT_COMPLETED
    phone: Phone | None = None
    first_name: str = ""
    last_name: str = ""
    #: As text: Y-m-d.
    birthday: str = ""
    personal_status: str = NOT_COMPLETED
    country: str | None = None
    city: str = ""
    zip: str | None = None
    street: str = ""
    address_status: str = NOT_COMPLETED
    #: The status of each document that was handed in.
    documents: dict[str, str] = field(default_factory=dict)
    #: The days on which files came, for the limit per day.
    uploaded_on: list[str] = field(default_factory=list)
    video_at: str | None = None
    video_status: str | None = None
    #: The answers of the enhanced due diligence.
    edd: dict[str, str] = field(default_factory=dict)
    edd_at: datetime | None = None
