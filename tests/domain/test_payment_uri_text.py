"""Memos, tags and texts in payment URIs, read back as wallets do."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.addresses import xrpl
from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.errors import AmountError, InputError
from tests.domain.builders import BTC, ETH, XLM, XRP
from tests.domain.uris import ADDRESSES, HASH, LTC, MUXED, STELLAR, USDC, build, read


@pytest.mark.parametrize(
    ("memo", "memo_type", "written", "kind"),
    [
        ("snowy-hills", "text", "snowy-hills", "MEMO_TEXT"),
        ("a&memo=b", "text", "a&memo=b", "MEMO_TEXT"),
        ("12345", "text", "12345", "MEMO_TEXT"),
        ("0", "id", "0", "MEMO_ID"),
        (str(2**64 - 1), "id", str(2**64 - 1), "MEMO_ID"),
        (HASH.hex(), "hash", base64.b64encode(HASH).decode(), "MEMO_HASH"),
        (
            base64.b64encode(HASH).decode(),
            "return",
            base64.b64encode(HASH).decode(),
            "MEMO_RETURN",
        ),
    ],
)
def test_stellar_memo(memo: str, memo_type: str, written: str, kind: str) -> None:
    pairs = read(build(XLM, memo=memo, memo_type=memo_type))
    assert (pairs["memo"], pairs["memo_type"]) == (written, kind)


def test_base64_of_a_hash_is_percent_encoded() -> None:
    uri = str(build(XLM, memo="ff" * 32, memo_type="hash"))
    assert "%2F" in uri and uri.count("=") == 4
    assert read(uri)["memo"] == base64.b64encode(b"\xff" * 32).decode()


@pytest.mark.parametrize(
    ("memo", "memo_type"),
    [("x" * 29, "text"), (str(2**64), "id"), ("ab", "hash"), ("", "text")],
)
def test_memo_against_its_rules_is_refused(memo: str, memo_type: str) -> None:
    with pytest.raises(InputError):
        build(XLM, memo=memo, memo_type=memo_type)


@pytest.mark.parametrize("memo_type", [None, "other", "MEMO_TEXT"])
def test_memo_of_an_unknown_kind_is_never_guessed(memo_type: str | None) -> None:
    assert build(XLM, memo="12345", memo_type=memo_type) is None


def test_muxed_account_is_written() -> None:
    assert read(build(XLM, address=MUXED))["destination"] == MUXED


def test_muxed_account_with_a_memo_is_refused() -> None:
    with pytest.raises(InputError):
        build(XLM, address=MUXED, memo="1", memo_type="id")


@pytest.mark.parametrize("tag", [0, 1, 2**32 - 1])
def test_destination_tag_zero_is_a_tag(tag: int) -> None:
    assert read(build(XRP, destination_tag=tag))["dt"] == str(tag)


@pytest.mark.parametrize("tag", [-1, 2**32, True])
def test_destination_tag_out_of_bounds_is_refused(tag: int) -> None:
    with pytest.raises(InputError):
        build(XRP, destination_tag=tag)


@pytest.mark.parametrize("tag", [None, 0, 7])
def test_x_address_is_split(tag: int | None) -> None:
    packed = xrpl.to_x_address(ADDRESSES[XRP], tag)
    assert build(XRP, address=packed) == build(XRP, destination_tag=tag)


@pytest.mark.parametrize(("held", "given"), [(7, 8), (0, 7), (7, 0)])
def test_two_tags_that_differ_are_refused(held: int, given: int) -> None:
    packed = xrpl.to_x_address(ADDRESSES[XRP], held)
    with pytest.raises(InputError):
        build(XRP, address=packed, destination_tag=given)


def test_tag_may_be_given_twice_if_it_is_the_same() -> None:
    packed = xrpl.to_x_address(ADDRESSES[XRP], 7)
    assert read(build(XRP, address=packed, destination_tag=7))["dt"] == "7"


@pytest.mark.parametrize("currency", [BTC, LTC, ETH, XRP])
def test_memo_that_the_form_can_not_carry_means_no_uri(currency: Currency) -> None:
    assert build(currency, memo="12345") is None


@pytest.mark.parametrize("currency", [BTC, LTC, ETH, XLM])
def test_tag_that_the_form_can_not_carry_means_no_uri(currency: Currency) -> None:
    assert build(currency, destination_tag=0) is None


# Label and message.


def test_label_and_message_of_bip21() -> None:
    pairs = read(build(BTC, label="Luke-Jr", message="Donation for project xyz"))
    assert pairs["label"] == "Luke-Jr"
    assert pairs["message"] == "Donation for project xyz"


def test_blank_is_written_as_percent_20() -> None:
    assert "message=a%20b" in str(build(BTC, message="a b"))


def test_message_of_sep7_is_the_message_or_else_the_label() -> None:
    assert read(build(XLM, label="Shop", message="Order 1"))["msg"] == "Order 1"
    assert read(build(XLM, label="Shop"))["msg"] == "Shop"


@pytest.mark.parametrize("currency", [ETH, XRP])
def test_form_without_a_place_for_text_leaves_it_out(currency: Currency) -> None:
    assert build(currency, label="Shop", message="Order 1") == build(currency)


@pytest.mark.parametrize("currency", [BTC, XLM])
def test_empty_label_is_left_out(currency: Currency) -> None:
    assert build(currency, label="", message="") == build(currency)


@pytest.mark.parametrize("key", ["label", "message"])
@pytest.mark.parametrize(
    "text", ["a\nb", "a\u202eb", "x" * 201, pytest.param("x" * 100_000, id="long")]
)
def test_label_or_message_that_misleads_is_refused(key: str, text: str) -> None:
    with pytest.raises(InputError) as caught:
        build(BTC, **{key: text})
    assert caught.value.field == key


def is_text(text: str) -> bool:
    try:
        check_text("label", text, maximum=60)
    except InputError:
        return False
    return True


texts = st.text(max_size=40).filter(is_text) | st.sampled_from(
    ["x&amount=0.0001#?", "a=b&req-x=1", "100 %25", "%00", "+", "a/b:c@d", "é&日本"]
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([BTC, LTC, XLM]), texts, texts)
def test_no_text_adds_or_changes_a_parameter(
    currency: Currency, label: str, message: str
) -> None:
    uri = str(build(currency, label=label, message=message))
    pairs = read(uri)
    assert uri.isascii()
    assert "#" not in uri
    assert pairs.pop("amount") == "1.5"
    if currency == XLM:
        assert pairs == {"destination": STELLAR, "msg": message}
    else:
        assert pairs == {"label": label, "message": message}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 2**63 - 1),
    st.text(min_size=1, max_size=28).filter(
        lambda t: is_text(t) and t == t.strip() and len(t.encode()) <= 28
    )
    | st.just("a&amount=9"),
    texts,
)
def test_stellar_sdk_reads_back_what_was_written(
    units: int, memo: str, message: str
) -> None:
    from stellar_sdk import TextMemo
    from stellar_sdk.sep.stellar_uri import PayStellarUri

    amount = Money.from_minor_units(units, USDC)
    uri = build_payment_uri(USDC, STELLAR, amount, memo, "text", message=message)
    parsed = PayStellarUri.from_uri(str(uri))
    assert parsed.destination == STELLAR
    assert Decimal(str(parsed.amount)) == amount.amount
    assert (parsed.memo, parsed.memo_type) == (memo, "MEMO_TEXT")
    assert TextMemo(memo).memo_text == memo.encode()
    assert parsed.msg == message
    assert (parsed.asset_code, parsed.asset_issuer) == ("USDC", STELLAR)


@pytest.mark.parametrize("memo_type", ["hash", "return"])
def test_stellar_sdk_reads_back_a_hash(memo_type: str) -> None:
    from stellar_sdk import HashMemo
    from stellar_sdk.sep.stellar_uri import PayStellarUri

    uri = str(build(XLM, memo=HASH.hex(), memo_type=memo_type))
    parsed = PayStellarUri.from_uri(uri)
    assert parsed.memo_type == f"MEMO_{memo_type.upper()}"
    assert HashMemo(base64.b64decode(str(parsed.memo))) == HashMemo(HASH)


@pytest.mark.parametrize("sample", ["0.0000001", "-1", "abc", "0.00000001"])
def test_amounts_that_stellar_sdk_lets_through_are_ours_to_refuse(sample: str) -> None:
    if sample == "0.0000001":
        assert read(build(XLM, sample))["amount"] == "0.0000001"
    else:
        with pytest.raises(AmountError):
            build(XLM, sample)
