"""The page: what it says in every state, and what it never holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.invoice import DepositInstructions
from checkout_kit.domain.money import Money
from checkout_kit.domain.states import CheckoutState
from tests.web.conftest import make_app
from tests.web.fake_desk import (
    BTC_ADDRESS,
    CASES,
    TOKEN,
    XLM_ADDRESS,
    XRP_ADDRESS,
    FakeDesk,
    checkout,
    desk_for,
    invoice,
    method,
    quote,
)

PAGE = f"/checkout/{TOKEN}"
OpenCase = Callable[[str], FlaskClient]
#: Case → words that only this state says, and its next step.
WORDS = {
    "choose": ("How would you like to pay?", 'value="acme:XLM"'),
    "choose_none": ("No way to pay is available just now.", "Try again"),
    "choose_test": ("Test mode", "No real money is moved."),
    "preparing": ("Preparing your payment", "Change method"),
    "pay_memo": ("Send 412.8830154\u00a0XLM", "The memo is required"),
    "pay_tag": ("Send 48.213501\u00a0XRP", "The destination tag is required"),
    "pay_plain": ("Send 0.00119045\u00a0BTC", "Open in wallet"),
    "pay_test": ("Pay without memo", "Pay exactly"),
    "redirect": ("Continue to Coinhouse", "https://pay.provider.example/i/8841"),
    "proof": ("Continue to Bank transfer", "Send proof"),
    "seen": ("€105.43 is on its way", "Being confirmed"),
    "seen_part": ("€52.72 is still missing", "Waiting for confirmation"),
    "seen_without_amount": ("A payment for this order was seen.", "Being confirmed"),
    "paid": ("Payment received", "Back to Northwind Coffee"),
    "paid_late": ("arrived after its time had run out", "Back to Northwind Coffee"),
    "underpaid": ("€52.72 is still missing", "Pay the rest"),
    "underpaid_late": ("after its time had run out", "Pay the rest"),
    "underpaid_closed": ("€52.72 is still missing", "Please contact Northwind Coffee"),
    "remainder": ("€52.71 has arrived already", "Send 0.00059523\u00a0BTC"),
    "overpaid": ("You sent €4.37 more than the total", "will get in touch"),
    "overpaid_late": ("It arrived after its time had run out", "will get in touch"),
    "reversed": ("Your payment was reversed", "Please do not pay again"),
    "expired": ("The price has expired", "Choose a method to get a new price"),
    "closed": ("This checkout has closed", "to order anew"),
    "cancelled": ("This checkout was cancelled", "There is nothing to pay."),
    "resolved_accepted": ("Your order is settled", "has accepted your payment"),
    "resolved": ("has settled this", "nothing more to pay here"),
}
PAGES = sorted(WORDS)


def text_of(client: FlaskClient, url: str = PAGE) -> str:
    """The page's HTML, with spaces as a reader sees them."""
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"[ \n]+", " ", answer.text)


@pytest.mark.parametrize("case", PAGES)
def test_every_state_has_its_own_words_and_a_next_step(
    case: str, open_case: OpenCase
) -> None:
    html = text_of(open_case(case))
    for words in WORDS[case]:
        assert words in html


def test_the_cases_reach_every_label() -> None:
    assert {CASES[case]().state for case in PAGES} == set(CheckoutState)


@pytest.mark.parametrize("case", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(
    case: str, open_case: OpenCase
) -> None:
    html = open_case(case).get(PAGE).text
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=", html, re.I)
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    for source in re.findall(r'(?:src|(?<!<a )href)="([^"]*)"', html):
        is_link = f'<a class="button" href="{source}"' in html
        is_link = is_link or f'<a class="way" href="{source}"' in html
        assert is_link or source.startswith(("/checkout/", "#"))


@pytest.mark.parametrize("case", PAGES)
def test_the_page_is_complete_and_well_formed(case: str, open_case: OpenCase) -> None:
    html = open_case(case).get(PAGE).text
    assert html.count("<h1") == 1
    assert html.count("<main") == html.count("<header") == html.count("<footer") == 1
    assert '<html lang="en" dir="ltr">' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for reference in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert set(reference.split()) <= set(ids)


@pytest.mark.parametrize("case", PAGES)
def test_only_waiting_pages_refresh_without_a_script(
    case: str, open_case: OpenCase
) -> None:
    client = open_case(case)
    refresh = '<noscript><meta http-equiv="refresh" content="15"></noscript>'
    waits = case.startswith(("pay_", "seen")) or case in (
        "preparing",
        "redirect",
        "remainder",
    )
    html = client.get(PAGE).text
    if case == "proof":
        # It waits, but a form is shown.
        assert refresh not in html
        return
    assert (refresh in html) == waits
    assert ("Refresh now" in html) == ("Stop refreshing" in html) == waits
    off = client.get(f"{PAGE}?refresh=off").text
    assert "http-equiv" not in off
    assert ("Refresh by itself" in off) == waits


def test_the_methods_page_and_the_question_never_refresh(open_case: OpenCase) -> None:
    client = open_case("pay_memo")
    assert "http-equiv" not in client.get(f"{PAGE}/methods").text
    assert "http-equiv" not in client.get(f"{PAGE}/cancel").text


@pytest.mark.parametrize(
    ("case", "values"),
    [
        ("pay_memo", ["412.8830154", XLM_ADDRESS, "7Q4K9ZT2"]),
        ("pay_tag", ["48.213501", XRP_ADDRESS, "3041177"]),
        ("pay_plain", ["0.00119045", BTC_ADDRESS]),
    ],
)
def test_what_a_copy_button_copies_is_exact(
    case: str, values: list[str], open_case: OpenCase
) -> None:
    html = open_case(case).get(PAGE).text
    buttons = re.findall(r'data-copy="([^"]+)" aria-label="Copy [^"]+"', html)
    copied = []
    for target in buttons:
        found = re.search(rf'<code id="{target}"[^>]*>(.*?)</code>', html)
        assert found is not None
        copied.append(re.sub(r"</?b>", "", found[1]))
    assert copied == values


def test_tag_zero_is_a_tag() -> None:
    chosen = method("XRP")
    deposit = DepositInstructions(
        XRP_ADDRESS, Money("1", "XRP"), "xrpl", destination_tag=0
    )
    desk = FakeDesk({TOKEN: checkout(invoice("XRP", "1", instructions=deposit))})
    html = make_app(desk).test_client().get(PAGE).text
    assert chosen.currency.code == "XRP"
    assert 'aria-labelledby="label-destination-tag">0</code>' in html
    assert "Address only: add the amount and the tag yourself" in html


def test_amounts_are_about_until_they_are_firm(open_case: OpenCase) -> None:
    html = open_case("choose").get(PAGE).text
    lumens, bitcoin = html.split('value="acme:XLM"')[1].split("</button>")[:2]
    assert "≈" not in lumens and "about" not in lumens
    assert "≈" in bitcoin and "about" in bitcoin


def test_the_same_coin_by_two_providers_says_whose_it_is() -> None:
    coin = method("BTC")
    twin = replace(coin, provider="other_pay")
    quotes = [quote(method("XLM"), "9"), quote(coin, "1"), quote(twin, "2")]
    client = make_app(
        FakeDesk({TOKEN: checkout()}, quotes),
        provider_names={"acme": "ACME", "other_pay": "Other.pay"},
    ).test_client()
    buttons = text_of(client).split("<button")
    assert [button.count("via ") for button in buttons[1:4]] == [0, 1, 1]
    assert "via ACME" in buttons[2]
    assert "via Other.pay" in buttons[3]


def test_the_order_is_shown_in_full(open_case: OpenCase) -> None:
    html = text_of(open_case("choose"))
    for words in (
        "Ethiopia Yirgacheffe, whole bean, 250 g",
        "2 \N{MULTIPLICATION SIGN} €14.50",
        "€29.00",
        "\N{MINUS SIGN}€9.30",
        "VAT 19%",
        "€16.83",
        "NW-20418",
    ):
        assert words in html


def test_the_way_back_is_signed_once_money_came(open_case: OpenCase) -> None:
    paid = open_case("paid").get(PAGE).text
    assert "https://shop.example/thanks?order=20418&amp;checkoutId=" in paid
    assert "checkoutSignature=" in paid
    assert 'href="https://shop.example/cart"' in open_case("expired").get(PAGE).text


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


def test_hostile_text_stays_text() -> None:
    bidi = "safe\u202egnp.exe\u2066\u200b"
    chosen = method("XLM", name=HOSTILE + bidi, network=HOSTILE)
    deposit = DepositInstructions(
        'G"><script>alert(1)</script>',
        Money("1", "XLM"),
        HOSTILE,
        memo=HOSTILE,
        memo_type=HOSTILE,
        payment_uri="javascript:alert(1)",
    )
    charge = Charge("EUR", [LineItem(HOSTILE, "1.00", 2)])
    found = checkout(
        invoice("XLM", "1", method=chosen, instructions=deposit),
        charge=charge,
        reference=HOSTILE,
        return_url="javascript:alert(1)",
        cancel_url="https://shop.example@evil.example/",
    )
    desk = FakeDesk({TOKEN: found}, [quote(chosen, "1")])
    client = make_app(desk).test_client()
    for url in (PAGE, f"{PAGE}/methods", f"{PAGE}/cancel"):
        html = client.get(url).text
        assert "<script>" not in html and "<img src=x" not in html
        assert "javascript:" not in html
        assert "evil.example" not in html
        assert not set("\u202e\u2066\u200b") & set(html)
        assert "49" not in re.sub(r"[0-9a-f]{8,}", "", html).split("{{7*7}}")[0][-3:]


def test_a_shop_changes_a_block_by_a_template_of_its_own(tmp_path: object) -> None:
    from pathlib import Path

    from jinja2 import FileSystemLoader

    folder = Path(str(tmp_path))
    (folder / "checkout_kit").mkdir()
    (folder / "checkout_kit" / "page.html").write_text(
        '{% extends "checkout_kit/default/page.html" %}'
        "{% block footer %}<p>Imprint</p>{% endblock %}"
    )
    app = make_app(desk_for("pay_memo"))
    app.jinja_loader = FileSystemLoader(str(folder))
    html = app.test_client().get(PAGE).text
    assert "<p>Imprint</p>" in html
    assert XLM_ADDRESS[6:-6] in html
