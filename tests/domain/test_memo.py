from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.memo import check_destination_tag, check_memo
from checkout_kit.errors import InputError

HASH = bytes(range(32))


def test_text_memo_of_28_bytes_is_the_longest() -> None:
    assert check_memo("x" * 28, "text") == "x" * 28
    with pytest.raises(InputError):
        check_memo("x" * 29, "text")


def test_text_memo_is_counted_in_bytes() -> None:
    assert check_memo("é" * 14, "text") == "é" * 14
    with pytest.raises(InputError):
        check_memo("é" * 15, "text")


@pytest.mark.parametrize("memo", ["0", "1", str(2**64 - 1)])
def test_id_memo_is_an_unsigned_number_of_64_bits(memo: str) -> None:
    assert check_memo(memo, "id") == memo


@pytest.mark.parametrize(
    "memo",
    [
        str(2**64),
        "-1",
        "01",
        "1.0",
        "1e3",
        "+1",
        "\u0661",
        "\uff11",
        "abc",
        "1_0",
        "9" * 100,
    ],
)
def test_id_memo_that_is_no_such_number_is_refused(memo: str) -> None:
    with pytest.raises(InputError):
        check_memo(memo, "id")


@pytest.mark.parametrize("memo_type", ["hash", "return"])
@pytest.mark.parametrize(
    "memo", [HASH.hex(), HASH.hex().upper(), base64.b64encode(HASH).decode()]
)
def test_hash_memo_is_returned_in_hexadecimal(memo: str, memo_type: str) -> None:
    assert check_memo(memo, memo_type) == HASH.hex()


@pytest.mark.parametrize(
    "memo",
    [
        "00" * 31,
        "00" * 33,
        "zz" * 32,
        base64.b64encode(HASH[:-1]).decode(),
        base64.b64encode(HASH + b"\0").decode(),
        base64.b64encode(HASH).decode().rstrip("="),
        # The last character's unused bits are set.
        base64.b64encode(HASH).decode()[:-2] + "9=",
        base64.urlsafe_b64encode(b"\xff" * 32).decode(),
    ],
)
def test_hash_memo_of_another_form_is_refused(memo: str) -> None:
    with pytest.raises(InputError):
        check_memo(memo, "hash")


@pytest.mark.parametrize("memo_type", [None, "text", "id", "hash", "return", "other"])
@pytest.mark.parametrize(
    "memo",
    [
        "",
        " ",
        " a",
        "a ",
        "a\n",
        "a\x00b",
        "a\u202eb",
        "a\u200b",
        "\u00a0a",
        pytest.param("a" * 100_000, id="long"),
    ],
)
def test_memo_that_can_not_be_copied_exactly_is_refused(
    memo: str, memo_type: str | None
) -> None:
    with pytest.raises(InputError):
        check_memo(memo, memo_type)


def test_memo_of_no_known_type_is_plain_text() -> None:
    assert check_memo("x" * 200) == "x" * 200


def test_error_names_the_field() -> None:
    with pytest.raises(InputError) as caught:
        check_memo("", field="instructions.memo")
    assert caught.value.field == "instructions.memo"


@pytest.mark.parametrize("tag", [0, 1, 2**32 - 1])
def test_tag_is_a_number_of_32_bits(tag: int) -> None:
    assert check_destination_tag(tag) == tag


@pytest.mark.parametrize("tag", [-1, 2**32, True, False, "0", 1.0, None])
def test_what_is_no_tag_is_refused(tag: object) -> None:
    with pytest.raises(InputError):
        check_destination_tag(tag)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_hash_reads_the_same_in_both_forms(raw: bytes) -> None:
    encoded = base64.b64encode(raw).decode()
    assert check_memo(encoded, "hash") == check_memo(raw.hex(), "hash") == raw.hex()
