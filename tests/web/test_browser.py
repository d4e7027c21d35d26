"""The page in a real browser: accessible, with and without JavaScript, any screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Route

from tests.support.accessibility import find_violations
from tests.support.pages import listen, serving
from tests.web.conftest import make_app
from tests.web.fake_desk import (
    CASES,
    NOW,
    TOKEN,
    XLM_ADDRESS,
    FakeDesk,
    desk_for,
)

pytestmark = pytest.mark.browser

PAGE = f"/checkout/{TOKEN}"
_SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (360, "light"),
    (1280, "dark"),
)


@pytest.mark.parametrize("case", sorted(CASES))
def test_every_state_is_accessible_on_every_screen(
    case: str, chromium: Browser
) -> None:
    with serving(make_app(desk_for(case)), PAGE) as url:
        if case == "error":
            url = url.replace(TOKEN, "nobody")
        url += "/cancel" if case == "cancel" else ""
        context = chromium.new_context(reduced_motion="reduce")
        page = context.new_page()
        problems = listen(page)
        page.goto(url)
        for width, scheme in _SCREENS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert find_violations(page) == []
            assert page.evaluate(
                "document.documentElement.scrollWidth <= innerWidth"
            ), "wider than the screen"
            small = page.evaluate(_SMALL_TARGETS)
            assert small == []
        assert [p for p in problems if case != "error" or "404" not in p] == []
        context.close()


#: Buttons, and links that stand alone, smaller than WCAG 2.5.8 asks.
_SMALL_TARGETS = """
[...document.querySelectorAll("button, a")].filter((element) => {
  const {width, height} = element.getBoundingClientRect();
  return getComputedStyle(element).display !== "inline" &&
    !element.classList.contains("skip") && (width < 24 || height < 24);
}).map((element) => element.outerHTML)
"""


@pytest.fixture
def desk() -> FakeDesk:
    """A desk with a checkout that is to be paid in Lumens."""
    return desk_for("pay_memo")


@pytest.fixture
def url(desk: FakeDesk) -> Iterator[str]:
    """The page's address, on a server whose clock runs."""
    started = datetime.now(timezone.utc)
    app = make_app(desk, clock=lambda: NOW + (datetime.now(timezone.utc) - started))
    with serving(app, PAGE) as address:
        yield address


def test_the_page_follows_the_payment(
    desk: FakeDesk, url: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    problems = listen(page)
    page.goto(url)
    page.focus("[data-copy=value-memo]")
    desk.checkouts[TOKEN] = CASES["seen"]()
    page.wait_for_selector(".step-now")
    announced = page.inner_text("#announcer")
    assert announced == page.inner_text("h1") == "€105.43 is on its way"
    assert page.title() == "€105.43 is on its way · Northwind Coffee"
    assert page.evaluate("document.activeElement.id") == "heading"
    desk.checkouts[TOKEN] = CASES["paid"]()
    page.wait_for_selector(".tone-good")
    assert page.inner_text(".total-label") == "Paid"
    assert problems == []
    context.close()


def test_polling_survives_failures(desk: FakeDesk, url: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(url)
    desk.errors["read_status"] = RuntimeError("down")
    with page.expect_response(lambda r: r.url.endswith("/status")) as failed:
        pass
    assert failed.value.status == 500
    assert XLM_ADDRESS[6:-6] in page.content()
    desk.errors.clear()
    desk.checkouts[TOKEN] = CASES["paid"]()
    page.wait_for_selector(".tone-good", timeout=20_000)
    context.close()


def test_copying_counting_and_no_layout_shift(url: str, chromium: Browser) -> None:
    context = chromium.new_context(
        permissions=["clipboard-read", "clipboard-write"], timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto(url)
    page.click("[data-copy=value-address]")
    page.wait_for_selector(".is-copied")
    assert page.evaluate("navigator.clipboard.readText()") == XLM_ADDRESS
    assert page.inner_text("#announcer") == "Copied"
    before = page.inner_text("[data-countdown]")
    page.wait_for_function(
        "before => document.querySelector('[data-countdown]').textContent < before",
        arg=before,
    )
    assert "11:42" in page.inner_text(".fine time")
    shift = page.evaluate(
        """new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({type: "layout-shift", buffered: true});
          setTimeout(() => done(sum), 300);
        })"""
    )
    assert shift < 0.01
    context.close()


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)], ids=["phone", "desktop"])
def test_nothing_shifts_when_the_status_changes(
    desk: FakeDesk, url: str, chromium: Browser, size: tuple[int, int]
) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(url)
    page.evaluate(
        """() => {
          window.shifts = [];
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.shifts.push(entry.value);
          }).observe({type: "layout-shift", buffered: true});
        }"""
    )
    for case, mark in (("seen", ".step-now"), ("paid", ".tone-good")):
        desk.checkouts[TOKEN] = CASES[case]()
        page.wait_for_selector(mark)
        page.wait_for_timeout(300)
    # What browsers call good; see web.dev's Cumulative Layout Shift.
    assert sum(page.evaluate("window.shifts")) < 0.1
    context.close()


def test_the_page_is_painted_before_any_script_has_come(
    url: str, chromium: Browser
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    held: list[Route] = []
    page.route("**/*.js", lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    page.wait_for_function(
        "() => performance.getEntriesByName('first-contentful-paint').length > 0"
    )
    assert page.is_visible("h1")
    assert page.is_visible("#value-address")
    assert held
    for route in held:
        route.abort()
    context.close()


def test_everything_works_without_javascript(
    desk: FakeDesk, url: str, chromium: Browser
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(url)
    assert not page.is_visible(".copy")
    page.click(".refresh a >> nth=1")
    assert page.url == f"{url}?refresh=off"
    page.click("text=Change method")
    page.click('[value="acme:BTC"]')
    assert page.url == url
    assert ("choose_method", TOKEN, "acme:BTC") in desk.calls
    page.click("text=Cancel order")
    page.click("button")
    assert page.url == url
    assert ("cancel", TOKEN) in desk.calls
    context.close()


def test_a_double_click_asks_once(desk: FakeDesk, url: str, chromium: Browser) -> None:
    desk.checkouts[TOKEN] = CASES["choose"]()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(url)
    with page.expect_navigation():
        page.dblclick('[value="acme:BTC"]')
    page.wait_for_load_state("networkidle")
    chosen = [call for call in desk.calls if call[0] == "choose_method"]
    assert len(chosen) == 1
    context.close()


def test_the_keyboard_reaches_everything_in_order(url: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(url)
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') ??"
                " document.activeElement.textContent.trim()"
            )
        )
    assert reached == [
        "Skip to the payment",
        "Open in wallet",
        "Copy amount",
        "Copy address",
        "Copy memo",
        "Back to Northwind Coffee",
        "Change method",
        "Cancel order",
    ]
    context.close()


def test_a_proof_is_sent_without_javascript(chromium: Browser, tmp_path: Path) -> None:
    desk = desk_for("proof")
    pdf = tmp_path / "bank.pdf"
    pdf.write_bytes(b"%PDF-1.7 the bank says so")
    wrong = tmp_path / "bank.html"
    wrong.write_text("<script>alert(1)</script>")
    with serving(make_app(desk), PAGE) as url:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(url)
        page.get_by_label("File").set_input_files(wrong)
        page.get_by_role("button", name="Send proof").click()
        assert "That file cannot be used" in page.inner_text(".notice")
        page.get_by_label("File").set_input_files(pdf)
        page.get_by_role("button", name="Send proof").click()
        assert "was sent" in page.inner_text(".notice")
        context.close()
    sent = [call for call in desk.calls if call[0] == "submit_proof"]
    assert [call[2].name for call in sent] == ["bank.pdf"]
