"""Banks, cards and wallets of users."""

from __future__ import annotations

from typing import Any

from ..people import Bank, Card, Wallet
from .numbers import unix


def bank_document(bank: Bank) -> dict[str, Any]:
    """Write a bank account."""
    return {
        "id": bank.id,
        "status": bank.status,
        "bankName": bank.name,
        "iban": bank.iban,
        "swift": bank.swift,
        "currency": bank.currency,
        "createdAt": unix(bank.created_at),
    }


def card_document(card: Card) -> dict[str, Any]:
    """Write a card."""
    return {
        "id": card.id,
        "status": card.status,
        "alias": card.alias,
        "holderName": card.holder,
        "expirationDate": card.expiration,
        "lastFourDigits": card.last_digits,
        "cardImage1": card.images[0],
        "cardImage2": card.images[1],
        "createdAt": unix(card.created_at),
    }


def wallet_document(wallet: Wallet) -> dict[str, Any]:
    """Write a wallet."""
    return {
        "id": wallet.id,
        "status": wallet.status,
        "alias": wallet.alias,
        "address": wallet.address,
        "coin": wallet.coin,
        "createdAt": unix(wallet.created_at),
    }
