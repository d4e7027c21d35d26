"""A buyer: one browser's way from the shelf to the paid order, as people click it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.demo import Demo
from tests.e2e.watch import Watch

#: Long enough for a busy machine of two cores.
PATIENCE = 20_000
WAITING = re.compile("waiting for payment", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """The deposit instructions as the page shows them."""

    amount: str
    unit: str
    address: str
    memo: str | None
    tag: str | None


class Buyer:
    """A page with a cart and a checkout of its own."""

    def __init__(self, demo: Demo, page: Page, watch: Watch) -> None:
        self.demo = demo
        self.page = page
        self.watch = watch

    def fill_cart(self, product: str = "Tide Mug", quantity: int = 1) -> None:
        """Go from the shelf to a product, and put it into the cart."""
        self.page.goto(self.demo.url)
        self.page.get_by_role("link", name=product).click()
        self.page.get_by_label("Quantity").fill(str(quantity))
        self.page.get_by_role("button", name="Add to cart").click()
        self.expect_heading("Your cart")

    def begin_payment(self) -> str:
        """Go on from the cart to the choice of a method."""
        self.page.get_by_role("link", name="Review order").click()
        return self.press_pay()

    def press_pay(self) -> str:
        """Press "Pay" on the review; give the order's reference."""
        self.page.get_by_role("button", name="Pay $").click()
        self.expect_heading("How would you like to pay?")
        return self.page.locator(".total-reference bdi").inner_text()

    def open_review(self) -> None:
        """Put a mug into the cart and go to the review, the short way."""
        self.page.goto(f"{self.demo.url}/products/tide-mug")
        self.page.get_by_role("button", name="Add to cart").click()
        self.page.get_by_role("link", name="Review order").click()

    def buy(self, code: str) -> str:
        """Go the short way to the deposit instructions of one method."""
        self.open_review()
        reference = self.press_pay()
        self.choose(code)
        return reference

    def choose(self, code: str, provider: str = "coinqvest") -> Shown:
        """Choose a method; read the instructions."""
        self.page.locator(f'.method[value="{provider}:{code}"]').click()
        expect(self.page.locator(".fields")).to_be_visible(timeout=PATIENCE)
        shown = self.read_instructions()
        assert shown.unit == code
        return shown

    def change_method(self, code: str) -> Shown:
        """Go back to the methods and choose another one."""
        self.page.get_by_role("link", name="Change method").click()
        return self.choose(code)

    def read_instructions(self) -> Shown:
        """Read what is to be sent where."""
        return Shown(
            amount=self._read("#value-amount") or "",
            unit=self.page.locator(".field-amount .unit").inner_text(),
            address=self._read("#value-address") or "",
            memo=self._read("#value-memo"),
            tag=self._read("#value-destination-tag"),
        )

    def play(self, scenario: str) -> None:
        """Press a button of the test mode, such as "Pay exactly"."""
        self.page.get_by_role("button", name=scenario, exact=True).click()

    def expect_heading(self, heading: str | re.Pattern[str]) -> None:
        """Wait until the page's heading says this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            heading, timeout=PATIENCE
        )

    def wait_until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something holds that no page shows."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not is_true():
            assert time.monotonic() < deadline, "waited in vain"
            self.page.wait_for_timeout(100)

    def go_back_to_shop(self) -> None:
        """Take the way back that the page offers."""
        self.page.get_by_role("link", name="Back to Umberfold").click()

    def _read(self, selector: str) -> str | None:
        found = self.page.locator(selector)
        return found.inner_text() if found.count() else None
