"""Whom a new simulator knows: a platform, its merchant with all he needs, another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .addresses import make_address
from .books import Books
from .kyc_records import ACCEPTED, LEVELS, Phone
from .people import Bank, Card, Platform, PlatformLink, User, Wallet

SIMULATOR_EMAIL = "merchant@example.com"
# Public on purpose: it guards nothing.
SIMULATOR_PASSWORD = "Simulator2$"  # noqa: S105
SIMULATOR_NEIGHBOUR_EMAIL = "neighbour@example.com"
SIMULATOR_USER_ID = "31279d17-83b2-4649-8214-99f9537779f4"
SIMULATOR_NEIGHBOUR_ID = "4a9d3d36-1d39-4fc8-b846-edd06a62b607"
SIMULATOR_PLATFORM_ID = "5f374d03-be0d-4dd2-b6ef-112a2bec5963"
SIMULATOR_BANK_ID = "aa7a66a2-fbb5-422e-bc52-7912fa2c96f9"
SIMULATOR_CARD_ID = "5d482936-d7b4-4ef2-bef7-a230ca712a4b"
#: The merchant's own wallets outside, by the provider's symbols.
SIMULATOR_WALLETS: Mapping[str, str] = MappingProxyType(
    {symbol: make_address(symbol, "merchant") for symbol in ("XBT", "ETH", "LTC")}
)


def open_accounts(books: Books, public_key: str) -> User:
    """Open the platform and two users, and return the merchant."""
    platform = books.platforms.add(
        Platform(
            SIMULATOR_PLATFORM_ID,
            "SHOP",
            "Example Shop",
            public_key,
            "https://shop.example.com/",
            "https://shop.example.com/ien",
            staff=[
                {
                    "id": "20fc3576-802d-4a0c-87a8-c2d1e0b76a77",
                    "userId": SIMULATOR_USER_ID,
                    "email": SIMULATOR_EMAIL,
                    "firstName": "Test",
                    "lastName": "Merchant",
                    "isActive": True,
                    "role": "superadmin",
                }
            ],
        )
    )
    merchant = _add_user(books, SIMULATOR_USER_ID, SIMULATOR_EMAIL)
    _add_user(books, SIMULATOR_NEIGHBOUR_ID, SIMULATOR_NEIGHBOUR_EMAIL)
    now = books.clock.now()
    merchant.links.append(
        PlatformLink(platform.id, "1", SIMULATOR_EMAIL, "merchant", now)
    )
    iban = "RO49AAAA1B31007593840000"
    bank = Bank(SIMULATOR_BANK_ID, merchant.id, "Bank", iban, "AAAAROBU", "EUR", now)
    books.banks.add(bank)
    images = ("1943", "1944")
    books.cards.add(
        Card(
            SIMULATOR_CARD_ID,
            merchant.id,
            "test",
            "Test Merchant",
            "12/49",
            "2453",
            images,
            now,
        )
    )
    for number, (symbol, address) in enumerate(SIMULATOR_WALLETS.items(), 1):
        wallet_id = f"0b5d1b5c-a84e-459d-86d1-{number:012d}"
        books.wallets.add(Wallet(wallet_id, merchant.id, symbol, address, symbol, now))
    return merchant


def _add_user(books: Books, user_id: str, email: str) -> User:
    user = books.add_user(
        email, SIMULATOR_PASSWORD, id=user_id, is_active=True, source="web"
    )
    user.kyc.level, user.kyc.status = len(LEVELS), ACCEPTED
    user.kyc.personal_status = user.kyc.address_status = ACCEPTED
    user.kyc.first_name, user.kyc.last_name = "Test", email.partition("@")[0].title()
    user.kyc.birthday, user.kyc.country = "1990-01-01", "RO"
    user.kyc.phone = Phone("+40700000000", user.created_at, "000000", is_verified=True)
    return user
