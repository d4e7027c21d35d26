"""Bank data: read, put into its plain form, and refused where a digit is wrong."""

from __future__ import annotations

import pytest
import schwifty
from hypothesis import given
from hypothesis import strategies as st
from schwifty import registry
from stdnum.us import rtn

from checkout_kit.domain.bank import BANK_DETAILS, check_bank_account
from checkout_kit.domain.bank.iban import IBAN_LENGTHS, check_bic, check_iban
from checkout_kit.domain.bank.nuban import NGN_BANKS, check_digit, check_nuban
from checkout_kit.domain.bank.routing import (
    check_account_number,
    check_canadian_routing,
    check_us_routing,
)
from checkout_kit.domain.iso3166 import COUNTRIES
from checkout_kit.errors import InputError

GERMAN = "DE89370400440532013000"


def is_iban(text: str) -> bool:
    try:
        check_iban(text, field="iban")
    except InputError:
        return False
    return True


def is_us_routing(text: str) -> bool:
    try:
        check_us_routing(text, field="routingNumber")
    except InputError:
        return False
    return True


def test_the_countries_are_those_of_iso_3166() -> None:
    import pycountry

    assert {country.alpha_2 for country in pycountry.countries} == COUNTRIES


def test_the_lengths_of_ibans_are_the_registrys() -> None:
    assert {
        code: registry.get_iban_spec(code).iban_length for code in IBAN_LENGTHS
    } == IBAN_LENGTHS


@pytest.mark.parametrize("country", sorted(IBAN_LENGTHS))
def test_ibans_of_every_country_are_accepted(country: str) -> None:
    made = str(schwifty.IBAN.random(country_code=country))
    assert check_iban(made, field="iban") == made
    assert check_iban(schwifty.IBAN(made).formatted.lower(), field="iban") == made


@given(st.integers(2, 21), st.sampled_from("0123456789"))
def test_one_wrong_digit_makes_an_iban_wrong(place: int, other: str) -> None:
    changed = GERMAN[:place] + other + GERMAN[place + 1 :]
    assert is_iban(changed) == (changed == GERMAN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        GERMAN[:-1],
        GERMAN + "0",
        # The check digits leave 1 as well, and are never given out.
        "GB00HLFX11016111455365",
        # A country without IBANs; right in itself.
        "US64SVBKUS6S3300958879",
        "DE8937040044053201300\uff10",
        "DE89 3704 0044 0532 0130 00" + " " * 60,
        "DE89-3704-0044-0532-0130-00",
    ],
)
def test_what_is_no_iban_is_refused(text: str) -> None:
    assert not is_iban(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("DEUTDEFF", "DEUTDEFF"), ("ntsb de b1 xxx", "NTSBDEB1XXX")],
)
def test_a_bic_is_read(text: str, plain: str) -> None:
    assert check_bic(text, field="swift") == plain
    assert schwifty.BIC(plain).country_code == "DE"


@pytest.mark.parametrize(
    "text", ["", "DEUTDEF", "DEUTDEFFX", "DEUTXXFF", "DEUTZZFF", "D3UTDEFF", "DEUT DE"]
)
def test_what_is_no_bic_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        check_bic(text, field="swift")


@given(st.from_regex(r"[0-9]{9}", fullmatch=True, alphabet="0123456789"))
def test_routing_numbers_are_judged_as_stdnum_judges_them(text: str) -> None:
    if is_us_routing(text):
        assert rtn.is_valid(text)


@pytest.mark.parametrize("text", ["021000021", "011401533", "091000019"])
def test_a_routing_number_is_read(text: str) -> None:
    assert rtn.is_valid(text)
    assert is_us_routing(text)


@pytest.mark.parametrize(
    "text",
    [
        "000000000",
        "021000022",
        "12100002",
        "0210000210",
        "991000023",
        "02100002\uff11",
    ],
)
def test_what_is_no_routing_number_is_refused(text: str) -> None:
    assert not is_us_routing(text)


@pytest.mark.parametrize("text", ["12345-678", "12345678", "067812345"])
def test_a_canadian_routing_number_is_read(text: str) -> None:
    assert check_canadian_routing(text, field="routingNumber") == text


@pytest.mark.parametrize(
    "text", ["", "1234-5678", "12345-000", "00000-001", "167812345", "000012345"]
)
def test_what_is_no_canadian_routing_number_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        check_canadian_routing(text, field="routingNumber")


def test_the_check_digit_is_the_central_banks() -> None:
    # The example of its guidelines: First Bank, 000001457.
    assert check_digit("011", "000001457") == "9"


@pytest.mark.parametrize("bank", sorted(NGN_BANKS))
def test_a_nuban_belongs_to_its_bank(bank: str) -> None:
    number = "308049454" + check_digit(NGN_BANKS[bank], "308049454")
    assert check_nuban(number, bank, field="nuban") == number
    wrong = number[:9] + str((int(number[9]) + 1) % 10)
    with pytest.raises(InputError, match="wrong digit"):
        check_nuban(wrong, bank, field="nuban")


def test_the_documents_list_has_23_banks() -> None:
    assert len(set(NGN_BANKS.values())) == len(NGN_BANKS) == 23


@pytest.mark.parametrize("text", ["123", "1" * 18, "12 34", "1234a", "\uff11" * 4])
def test_what_is_no_account_number_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        check_account_number(text, field="accountNumber")


RIGHT = {
    "CAD": {"accountNumber": "1234567", "routingNumber": "12345-678"},
    "EUR": {"iban": GERMAN, "swift": "DEUTDEFF"},
    "NGN": {"nuban": "0000014579", "bankName": "FirstBank"},
    "USD": {"accountNumber": "1234567", "routingNumber": "021000021"},
}


@pytest.mark.parametrize("code", sorted(BANK_DETAILS))
def test_an_account_has_what_its_currency_needs_and_nothing_else(code: str) -> None:
    account = RIGHT[code]
    assert check_bank_account(code, account, field="t") == account
    for name in account:
        without = {key: value for key, value in account.items() if key != name}
        with pytest.raises(InputError) as caught:
            check_bank_account(code, without, field="t")
        assert caught.value.field == f"t.{name}"
        with pytest.raises(InputError) as caught:
            check_bank_account(code, {**account, name: "?"}, field="t")
        assert caught.value.field == f"t.{name}"
    with pytest.raises(InputError) as caught:
        check_bank_account(code, {**account, "note": "x"}, field="t")
    assert caught.value.field == "t.note"
