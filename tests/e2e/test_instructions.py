"""Deposit instructions in the browser: fields, copy buttons, warnings, QR codes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.buyer import Buyer
from tests.e2e.codes import Scanned, scan, take_apart
from tests.e2e.conftest import browsing
from tests.e2e.demo import Demo

pytestmark = pytest.mark.browser

_NETWORKS = {
    "BTC": "bitcoin",
    "LTC": "litecoin",
    "ETH": "ethereum",
    "XLM": "stellar",
    "XRP": "xrpl",
}
_LINKS = "[...document.links].map((link) => link.getAttribute('href'))"


def copy_everything(page: Page) -> dict[str, str]:
    """Press every copy button; give what each put into the clipboard."""
    copied = {}
    for button in page.locator(".copy").all():
        button.click()
        expect(button).to_have_class("copy is-copied")
        name = (button.get_attribute("aria-label") or "").removeprefix("Copy ")
        copied[name] = page.evaluate("navigator.clipboard.readText()")
    return copied


def test_every_code_says_what_the_page_says(buyer: Buyer) -> None:
    buyer.open_review()
    buyer.press_pay()
    for number, (code, network) in enumerate(_NETWORKS.items()):
        shown = buyer.change_method(code) if number else buyer.choose(code)
        text = scan(buyer.page)
        amount = Decimal(shown.amount)
        expected = Scanned(network, shown.address, amount, shown.memo, shown.tag)
        assert take_apart(text) == expected, text
        invoice = buyer.demo.find_invoice(assetCode=code, address=shown.address)
        if shown.memo or shown.tag:
            invoice = buyer.demo.find_invoice(memo=shown.memo, destinationTag=shown.tag)
        assert (invoice["address"], Decimal(invoice["amount"])) == (
            shown.address,
            amount,
        )


@pytest.fixture(scope="module")
def xrp_url(chromium: Browser, demo: Demo) -> str:
    """The address of a page that waits for XRP; whoever has it may look."""
    with browsing(chromium, demo) as buyer:
        buyer.buy("XRP")
        return buyer.page.url


@pytest.fixture
def copier(new_buyer: Callable[..., Buyer]) -> Buyer:
    """A buyer whose browser lets the page use the clipboard."""
    return new_buyer(permissions=["clipboard-read", "clipboard-write"])


def test_lumens_show_their_memo_loudly(copier: Buyer) -> None:
    copier.buy("XLM")
    shown = copier.read_instructions()
    assert shown.memo
    assert shown.tag is None
    warning = copier.page.get_by_role("group", name="The memo is required")
    expect(warning).to_contain_text("Money sent without it cannot be matched")
    expect(warning).to_contain_text("Memo (type: text)")
    assert copy_everything(copier.page) == {
        "amount": shown.amount,
        "address": shown.address,
        "memo": shown.memo,
    }
    link = copier.page.get_by_role("link", name="Open in wallet")
    assert link.get_attribute("href") == scan(copier.page)


def test_xrp_shows_its_destination_tag_loudly(copier: Buyer, xrp_url: str) -> None:
    page = copier.page
    page.goto(xrp_url)
    shown = copier.read_instructions()
    assert shown.tag
    assert shown.memo is None
    warning = page.get_by_role("group", name="The destination tag is required")
    expect(warning).to_contain_text("Money sent without it cannot be matched")
    assert copy_everything(page) == {
        "amount": shown.amount,
        "address": shown.address,
        "destination tag": shown.tag,
    }


def test_the_warning_is_as_loud_as_the_address(buyer: Buyer, xrp_url: str) -> None:
    page = buyer.page
    page.goto(xrp_url)
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    tag = page.locator("#value-destination-tag").evaluate(size)
    address = page.locator("#value-address").evaluate(size)
    title = page.locator(".memo-title")
    assert tag >= address
    assert title.evaluate(size) >= 16
    assert int(title.evaluate("e => getComputedStyle(e).fontWeight")) >= 600


def test_xrp_is_never_a_link(buyer: Buyer, xrp_url: str) -> None:
    # Its payment URI has no scheme: as a link it would lead into the shop itself.
    page = buyer.page
    page.goto(xrp_url)
    address = buyer.read_instructions().address
    assert take_apart(scan(page)).address == address
    expect(page.get_by_role("link", name="Open in wallet")).to_have_count(0)
    assert [link for link in page.evaluate(_LINKS) if address in link] == []


def test_the_method_chosen_before_can_be_kept(buyer: Buyer, xrp_url: str) -> None:
    page = buyer.page
    page.goto(xrp_url)
    before = buyer.read_instructions()
    page.get_by_role("link", name="Change method").click()
    buyer.expect_heading("How would you like to pay?")
    page.get_by_role("link", name="Keep the method chosen before").click()
    expect(page.locator(".pill")).to_have_text("Waiting for payment")
    assert buyer.read_instructions() == before
