"""Kept answers: given again while they hold, with the moment's own time in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit.web.kept_answers import LONGEST, KeptAnswers
from checkout_kit.web.mould import Mould, place
from tests.web.conftest import make_app
from tests.web.fake_desk import CASES, NOW, TOKEN, FakeDesk, checkout, desk_for

PAGE = f"/checkout/{TOKEN}"


class Clock:
    """The page's clock."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def page_clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def client(desk: FakeDesk, page_clock: Clock) -> FlaskClient:
    """A browser before the desk."""
    return make_app(desk, clock=page_clock).test_client()


def _reads(desk: FakeDesk) -> int:
    return sum(call[0] in ("open_page", "read_status") for call in desk.calls)


def test_a_page_is_made_once_while_nothing_changes(
    client: FlaskClient, desk: FakeDesk
) -> None:
    first = client.get(PAGE)
    again = client.get(PAGE)
    assert again.text == first.text
    assert [*again.headers] == [*first.headers]
    assert _reads(desk) == 1


def test_a_change_is_shown_at_once(client: FlaskClient, desk: FakeDesk) -> None:
    client.get(PAGE)
    desk.checkouts[TOKEN] = CASES["paid"]()
    assert "Payment received" in client.get(PAGE).text


def test_a_kept_page_tells_the_time_of_its_view(
    client: FlaskClient, desk: FakeDesk, page_clock: Clock
) -> None:
    first = client.get(PAGE).text
    assert "data-countdown>42:17</time>" in first
    assert 'data-server-time="2026-11-21T14:00:00.000Z"' in first
    page_clock.advance(20)
    later = client.get(PAGE).text
    assert "data-countdown>41:57</time>" in later
    assert 'data-server-time="2026-11-21T14:00:20.000Z"' in later
    assert _reads(desk) == 1


def test_a_kept_status_tells_the_time_of_its_poll(
    client: FlaskClient, desk: FakeDesk, page_clock: Clock
) -> None:
    first = client.get(f"{PAGE}/status").get_json()
    page_clock.advance(3)
    later = client.get(f"{PAGE}/status").get_json()
    assert later == {**first, "serverTime": "2026-11-21T14:00:03.000Z"}
    assert _reads(desk) == 1


@pytest.mark.parametrize("seconds", [LONGEST.total_seconds(), -1])
def test_nothing_is_kept_for_long_nor_before_it_was_made(
    seconds: float, client: FlaskClient, desk: FakeDesk, page_clock: Clock
) -> None:
    client.get(PAGE)
    page_clock.advance(seconds)
    client.get(PAGE)
    assert _reads(desk) == 2


def test_what_expires_sooner_is_kept_until_then(
    page_clock: Clock,
) -> None:
    desk = desk_for("closed")
    desk.checkouts[TOKEN] = checkout(expires_at=NOW + timedelta(seconds=5))
    answers = KeptAnswers[str](size=2)
    answers.keep("key", "page", desk.checkouts[TOKEN], NOW)
    assert answers.find("key", NOW + timedelta(seconds=4.9)) is not None
    assert answers.find("key", NOW + timedelta(seconds=5)) is None


def test_pages_that_differ_are_kept_apart(client: FlaskClient) -> None:
    plain, off = client.get(PAGE).text, client.get(f"{PAGE}?refresh=off").text
    noticed = client.get(f"{PAGE}?notice=test").text
    assert "The test network could not play that." in noticed
    assert len({plain, off, noticed}) == 3
    assert client.get(PAGE).text == plain
    mounted = client.get(PAGE, environ_overrides={"SCRIPT_NAME": "/shop"}).text
    assert f'"/shop/checkout/{TOKEN}/cancel"' in mounted


def test_a_made_up_notice_makes_no_page_of_its_own(
    client: FlaskClient, desk: FakeDesk
) -> None:
    for n in range(5):
        client.get(f"{PAGE}?notice={n}")
    assert _reads(desk) == 1


def test_languages_are_kept_apart(desk: FakeDesk) -> None:
    client = make_app(desk, locales=("en", "de")).test_client()
    pages = {
        client.get(PAGE, headers={"Accept-Language": language}).text
        for language in ("en", "de", "en", "de")
    }
    assert len(pages) == 2


@pytest.mark.parametrize("case", ["choose", "underpaid", "expired"])
def test_prices_are_never_kept(case: str) -> None:
    desk = desk_for(case)
    client = make_app(desk).test_client()
    client.get(PAGE)
    client.get(PAGE)
    assert sum(call[0] == "list_quotes" for call in desk.calls) == 2


def test_a_shops_own_template_is_rendered_at_every_view(
    desk: FakeDesk, tmp_path: Path
) -> None:
    template = tmp_path / "checkout_kit" / "page.html"
    template.parent.mkdir()
    template.write_text(
        '{% extends "checkout_kit/default/page.html" %}'
        "{% block notice %}View {{ count() }} at {{ model.server_time }}{% endblock %}"
    )
    app = make_app(desk)
    _serve(app, tmp_path)
    client = app.test_client()
    assert "View 1 at 2026-11-21T14:00:00.000Z" in client.get(PAGE).text
    assert "View 2 at 2026-11-21T14:00:00.000Z" in client.get(PAGE).text


def _serve(app: Flask, folder: Path) -> None:
    views = iter(range(1, 10))
    app.template_folder = str(folder)
    app.jinja_env.globals["count"] = lambda: next(views)


def test_the_answers_used_last_are_kept() -> None:
    answers = KeptAnswers[int](size=2)
    made = checkout()
    for number in (1, 2):
        answers.keep(number, number, made, NOW)
    answers.find(1, NOW)
    answers.keep(3, 3, made, NOW)
    found = [answers.find(number, NOW) for number in (1, 2, 3)]
    assert [answer is not None for answer in found] == [True, False, True]


def test_a_place_is_filled_wherever_it_stands() -> None:
    mould = Mould(f"{place('now')}, twice: {place('now')}; {place('then')}.")
    assert mould.fill({"now": "1", "then": "2"}) == "1, twice: 1; 2."
    assert mould.fill({"now": "3", "then": "4"}) == "3, twice: 3; 4."


def test_nobody_can_write_a_place_himself() -> None:
    text = "place-now- and place--now-"
    assert Mould(text).fill({"now": "1"}) == text
