"""Invoices: an address that is asked for once, or a link to the provider's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from checkout_kit import ProviderProtocolError, ProviderRefused, QuoteExpired
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import (
    PLATFORM_ID,
    WALLET,
    FakeApi,
    FakeClock,
    data_of,
)
from tests.plugins.cryptocoin_pro.keys import public_pem, rsa_key
from tests.plugins.cryptocoin_pro.shop_side import (
    HOOKS_URL,
    KEY,
    PAGE_URL,
    USER,
    Notes,
    checkout_of,
    make_plugin,
    page_invoice,
    quote_of,
    seconds,
)


def test_an_address_is_asked_for_once(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    notes, quote = Notes(), quote_of(plugin)
    address = data_of("post_user_deposit_address") | {"destination": "checkout"}
    api.put(f"POST {USER}/deposit/address", {"data": address})
    made = [plugin.create_invoice(checkout_of(), quote, notes) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].reference == WALLET
    assert made[0].instructions and made[0].instructions.address == WALLET
    (asked,) = api.calls(f"POST {USER}/deposit/address")
    assert asked.data == {"asset": "ETH", "destination": "checkout"}


@pytest.mark.parametrize(
    "changes",
    [
        {"chain": "XBT"},
        {"destination": "broker"},
        {"status": "disabled"},
        {"address": "0x1 2"},
        {"address": ""},
        {"address": None},
    ],
)
def test_an_odd_address_is_never_shown(
    changes: dict[str, Any], api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    quote = quote_of(plugin)
    address = data_of("post_user_deposit_address") | {"destination": "checkout"}
    api.put(f"POST {USER}/deposit/address", {"data": address | changes})
    with pytest.raises(ProviderProtocolError):
        plugin.create_invoice(checkout_of(), quote, Notes())


def test_an_old_quote_makes_nothing(
    plugin: CryptocoinProPlugin, clock: FakeClock
) -> None:
    for variant in ("", "bank"):
        quote = quote_of(plugin, variant)
        clock.advance(301)
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout_of(), quote, Notes())


def test_a_link_says_what_the_buyer_buys_for_whom(plugin: CryptocoinProPlugin) -> None:
    notes, quote = Notes(), quote_of(plugin, "card")
    customer = {"email": "buyer@example.com", "lastname": "Smith", "age": 7}
    checkout = checkout_of(customer=customer)
    made = plugin.create_invoice(checkout, quote, notes)
    assert plugin.create_invoice(checkout, quote, notes) == made
    assert made.reference == KEY
    parts = urlsplit(str(made.redirect_url))
    assert (parts.scheme, parts.hostname) == ("https", "checkout.example.com")
    query = parse_qs(parts.query)
    assert query["platform_id"] == [PLATFORM_ID]
    (token,) = query["token"]
    assert jwt.get_unverified_header(token) == {"alg": "RS512", "typ": "JWT"}
    claims = jwt.decode(token, public_pem(rsa_key()), algorithms=["RS512"])
    expire = seconds() + 3600
    assert claims == {
        "user": {
            "id": "c" * 32,
            "wallet": WALLET,
            "email": "buyer@example.com",
            "last_name": "Smith",
        },
        "payment": {
            "operation": "buy",
            "type": "coin",
            "symbol": "ETH",
            "amount": "0.25",
            "rate": "200",
            "fiat": "EUR",
            "request_id": KEY,
            "method": "card",
            "attempts": 3,
            "second_order_type": "withdraw",
        },
        "redirect_url": PAGE_URL,
        "ping_url": f"{HOOKS_URL}/{KEY.replace(':', '%3A')}",
        "expire": expire,
    }
    assert made.expires_at and made.expires_at.timestamp() == expire
    assert token not in repr(made)


def test_a_buyer_without_an_address_is_a_guest_or_refused(
    api: FakeApi, clock: FakeClock, plugin: CryptocoinProPlugin
) -> None:
    made = page_invoice(plugin)
    (token,) = parse_qs(urlsplit(str(made.redirect_url)).query)["token"]
    claims = jwt.decode(token, public_pem(rsa_key()), algorithms=["RS512"])
    assert claims["user"]["email"] == f"guest-{'c' * 32}@shop.example.com"
    other = make_plugin(api, clock, guest_email=None)
    with pytest.raises(ProviderRefused, match="e-mail"):
        page_invoice(other)
    other.close()
