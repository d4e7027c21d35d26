"""Invoices: made by one commit, whatever is lost, refused or repeated."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import Quote
from checkout_kit.errors import (
    ProviderAuthError,
    ProviderProtocolError,
    ProviderUnavailable,
    QuoteExpired,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Seen, Ticker, read_case
from tests.plugins.coinqvest.provider_answers import (
    CHECKOUT_ID,
    checkout_answer,
    commit_any,
    commit_case,
)
from tests.plugins.coinqvest.shop_side import WEBHOOK_URL, make_checkout, quote_of


@pytest.mark.parametrize(
    ("code", "memo", "tag"), [("XLM", "snowy-hills", None), ("XRP", None, 15918)]
)
def test_the_commits_amount_is_the_one_to_pay(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    code: str,
    memo: str | None,
    tag: int | None,
) -> None:
    api.put("POST /checkout/commit", commit_case(code.lower()))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    expected = commit_case(code.lower())
    assert made.amount == Money(expected["depositInstructions"]["amount"], code)
    assert made.amount != quote.amount
    assert made.reference == CHECKOUT_ID
    assert made.instructions is not None
    assert made.instructions.memo == memo
    assert made.instructions.memo_type == ("text" if memo else None)
    assert made.instructions.destination_tag == tag
    assert made.expires_at is not None
    assert made.expires_at.strftime("%Y-%m-%d %H") == "2020-02-26 18"
    assert made.provider_data == {"checkoutIds": [CHECKOUT_ID]}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("XLM", {"memo": None}),
        ("XLM", {"memoType": None}),
        ("XRP", {"destinationTag": None}),
        ("XRP", {"destinationTag": "4294967296"}),
        ("ETH", {"address": "0x bad"}),
        ("ETH", {"amount": "0"}),
    ],
)
def test_instructions_that_would_lose_money_are_refused(
    api: FakeApi,
    plugin: CoinqvestPlugin,
    clock: Ticker,
    code: str,
    change: dict[str, Any],
) -> None:
    case = commit_case(code.lower())
    case["depositInstructions"] |= change
    api.put("POST /checkout/commit", case)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    with pytest.raises(ProviderProtocolError):
        plugin.create_invoice(checkout, quote, MemoryOperation())


def test_intent_is_recorded_before_each_call(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    operation = MemoryOperation()
    at_call = []

    def answer(seen: Seen) -> Any:
        at_call.append(dict(operation.steps))
        return commit_case()

    api.put("POST /checkout/commit", answer)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    first = plugin.create_invoice(checkout, quote, operation)
    assert at_call == [{"commit:0": {"checkoutId": CHECKOUT_ID, "assetCode": "XLM"}}]
    assert plugin.create_invoice(checkout, quote, operation) == first
    assert len(api.calls("POST /checkout/commit")) == 1


@pytest.mark.parametrize(
    "words", ["Checkout has expired.", "Checkout not found.", "Already committed."]
)
def test_a_first_refusal_means_that_the_quote_is_over(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, words: str
) -> None:
    api.put("POST /checkout/commit", (400, {"errors": [words]}))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    for _ in range(2):
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout, quote, operation)
    assert len(api.calls("POST /checkout")) == 1
    assert len(api.calls("POST /checkout/commit")) == 1


def test_refused_credentials_do_not_use_up_the_quote(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    api.put("POST /checkout/commit", (401, {"errors": ["No."]}), commit_case())
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    with pytest.raises(ProviderAuthError):
        plugin.create_invoice(checkout, quote, operation)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == CHECKOUT_ID


def lost_commit(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> tuple[Any, Quote, MemoryOperation]:
    """A commit that was sent, and whose answer never came."""
    api.put("POST /checkout/commit", (502, "<html>"))
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, "XLM")
    operation = MemoryOperation()
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    return checkout, quote, operation


def refuse_first(seen: Seen) -> Any:
    if seen.data["checkoutId"] == CHECKOUT_ID:
        return 400, {"errors": ["Checkout is already committed."]}
    return commit_any(seen)


def test_after_a_lost_commit_a_new_checkout_is_made_and_the_old_one_watched(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", read_case("create_checkout") | {"id": "new123"})
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == "new123"
    assert made.provider_data == {"checkoutIds": [CHECKOUT_ID, "new123"]}
    assert made.instructions is not None and made.instructions.memo
    tokens = [
        seen.data["webhook"].rpartition("/")[2] for seen in api.calls("POST /checkout")
    ]
    assert tokens[0] != tokens[1] == operation.steps["checkout:1"]["token"]
    assert plugin.create_invoice(checkout, quote, operation) == made
    assert len(api.calls("POST /checkout")) == 2


def test_a_new_checkout_whose_answer_was_lost_is_found_by_its_token(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", (504, "<html>"))
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    token = operation.steps["checkout:1"]["token"]
    url = f"{WEBHOOK_URL}/{token}"

    def listed(seen: Seen) -> Any:
        strange = checkout_answer(clock, checkout_id="other")["checkout"]
        ours = checkout_answer(
            clock, state="NEW_CHARGE", checkout_id="found1", webhook=url
        )["checkout"]
        pages = {"0": [strange, "nonsense"], "2": [ours]}
        return {"count": 3, "checkouts": pages[seen.query["offset"]]}

    api.put("GET /checkouts", listed)
    made = plugin.create_invoice(checkout, quote, operation)
    assert made.reference == "found1"
    assert len(api.calls("POST /checkout")) == 2


def test_a_new_checkout_that_never_arrived_is_posted_again_with_its_token(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", refuse_first)
    api.put("POST /checkout", (504, ""), read_case("create_checkout") | {"id": "new1"})
    api.put("GET /checkouts", {"count": 0, "checkouts": []})
    with pytest.raises(ProviderUnavailable):
        plugin.create_invoice(checkout, quote, operation)
    assert plugin.create_invoice(checkout, quote, operation).reference == "new1"
    posts = api.calls("POST /checkout")[1:]
    assert posts[0].data["webhook"] == posts[1].data["webhook"]


def test_a_checkout_that_is_gone_after_a_lost_commit_ends_the_quote(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout, quote, operation = lost_commit(api, plugin, clock)
    api.put("POST /checkout/commit", (400, {"errors": ["Checkout has expired."]}))
    for _ in range(2):
        with pytest.raises(QuoteExpired):
            plugin.create_invoice(checkout, quote, operation)
