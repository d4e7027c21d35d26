"""Signed offers: what a page carries so that a browser decides no price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from flask import Flask
from itsdangerous import BadData, URLSafeSerializer

from checkout_kit.domain.charge_json import (
    charge_from_json,
    charge_to_json,
    currency_from_text,
    currency_to_text,
)
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Offer
from checkout_kit.errors import (
    CheckoutKitError,
    ConfigurationError,
    InputError,
    OfferRefused,
)

#: An offer travels in an address, which not every server takes at any length.
MAX_OFFER = 4000
_SALT = "checkout_kit.offer"
_TEXTS = ("return_url", "cancel_url", "reference", "campaign")


def sign_offer(app: Flask, offer: Offer) -> str:
    """Write an offer as signed text; it can be read by whoever sees it.

    :raises InputError: if it is too long.
    """
    signed = _serializer(app).dumps(_to_json(offer))
    text = signed if isinstance(signed, str) else signed.decode("ascii")
    if len(text) > MAX_OFFER:
        raise InputError("offer", f"is longer than {MAX_OFFER} characters once signed")
    return text


def read_offer(app: Flask, text: object) -> Offer:
    """Read what :func:`sign_offer` wrote; whether it has expired is not looked at.

    :raises OfferRefused: with the reason ``tampered`` if we did not sign it.
    """
    if not isinstance(text, str) or not text.isascii() or len(text) > MAX_OFFER:
        raise OfferRefused("tampered", "it is not ours")
    try:
        return _from_json(_serializer(app).loads(text))
    except BadData:
        raise OfferRefused("tampered", "it is not ours") from None
    # Signed by another version of the kit, whose rules were others.
    except (CheckoutKitError, LookupError, TypeError, ValueError) as err:
        raise OfferRefused("tampered", "it can't be read any more") from err


def _to_json(offer: Offer) -> dict[str, Any]:
    charge = {name: value for name, value in charge_to_json(offer.charge).items()}
    settled = offer.settlement_currency
    told = {
        "charge": {name: value for name, value in charge.items() if value},
        "min": offer.minimum.to_text() if offer.minimum else None,
        "max": offer.maximum.to_text() if offer.maximum else None,
        "expires": int(offer.expires_at.timestamp()) if offer.expires_at else None,
        "quantity": offer.max_quantity if offer.max_quantity > 1 else None,
        "settlement": currency_to_text(settled) if settled else None,
        "metadata": dict(offer.metadata),
        **{name: getattr(offer, name) for name in _TEXTS},
    }
    return {name: value for name, value in told.items() if value}


def _from_json(told: Mapping[str, Any]) -> Offer:
    empty: dict[str, Any] = dict.fromkeys(
        ("lineItems", "discountItems", "shippingCostItems", "taxItems"), ()
    )
    charge = charge_from_json({**empty, **told["charge"]})
    bounds = {
        name: Money(told[name], charge.currency) if name in told else None
        for name in ("min", "max")
    }
    expires, settled = told.get("expires"), told.get("settlement")
    return Offer(
        charge=charge,
        minimum=bounds["min"],
        maximum=bounds["max"],
        expires_at=datetime.fromtimestamp(expires, timezone.utc) if expires else None,
        max_quantity=told.get("quantity", 1),
        settlement_currency=currency_from_text(settled) if settled else None,
        metadata=told.get("metadata", {}),
        **{name: told.get(name) for name in _TEXTS},
    )


def _serializer(app: Flask) -> URLSafeSerializer:
    secret = app.config.get("SECRET_KEY")
    if not secret:
        raise ConfigurationError("SECRET_KEY", "must be set to sign offers")
    # The last key signs, every key verifies.
    keys = [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), secret]
    return URLSafeSerializer(keys, salt=_SALT, signer_kwargs={"key_derivation": "hmac"})
