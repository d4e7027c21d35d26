"""A process is killed at every named border; nothing is lost, nothing doubled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from checkout_kit import CheckoutState
from tests.crash.borders import (
    COMMITS,
    WITHOUT_BORDER,
    border_names,
    commit_sites,
)
from tests.crash.conftest import CaseMaker, Zygote
from tests.crash.stories import STORIES, Story, forget
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_SIDES = ("before", "after")
#: In which story each border is crossed, the first that has it.
_ORDER = ("paid", "troubled", "reversed", "set up")
#: Borders where an earlier attempt matters: killed at their last time too.
_REPEATED = (
    "call: create_invoice, second step",
    "call: settle_invoice",
    "commit: open invoice",
    "commit: start settlement",
    "commit: record settlement",
    "commit: record report",
    "call: withdraw_funds",
    "commit: record withdrawal",
    "commit: postpone withdrawal",
    "commit: deliver",
    "commit: record what was sent",
    "call: webhook to an endpoint",
    "call: webhook of a checkout",
    "call: mail to the server",
)


class Crossing(NamedTuple):
    """Where a border is met: in a story, as the so manieth one."""

    story: str
    number: int


def _documented() -> list[str]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.partition("## Which transaction does what")[2].partition("\n## ")[0]
    commits, _, calls = section.partition("### Calls")
    return [f"commit: {name}" for name in _first_cells(commits)] + [
        f"call: {name}" for name in _first_cells(calls)
    ]


def _first_cells(text: str) -> list[str]:
    rows = re.findall(r"^\| `?([^|`]+?)`? +\|", text, re.M)
    return [row for row in rows if row not in ("commit", "call")]


_BORDERS = [f"{side} {name}" for name in _documented() for side in _SIDES]


@pytest.fixture(scope="session")
def crossings(
    zygote: Zygote, tmp_path_factory: pytest.TempPathFactory, _sqlite_shop: Any
) -> Mapping[str, Sequence[Crossing]]:
    """Where each border is met, found out by living every story to its end."""
    import shutil

    found: dict[str, list[Crossing]] = {}
    for story in _ORDER:
        folder = tmp_path_factory.mktemp("dry")
        if story != "set up":
            shutil.copy(_sqlite_shop, folder / "shop.db")
        result = zygote.run(
            "live",
            story=story,
            database=f"sqlite:///{folder / 'shop.db'}",
            books=str(folder / "books.db"),
            kill_at=None,
        )
        assert result is not None
        for number, border in enumerate(result["crossed"]):
            found.setdefault(border, []).append(Crossing(story, number))
    return found


def test_every_border_is_documented_and_crossed(
    crossings: Mapping[str, Sequence[Crossing]],
) -> None:
    assert _documented() == border_names()
    assert set(crossings) == set(_BORDERS)


def test_every_commit_of_the_product_has_a_border() -> None:
    named = {site for site in COMMITS if site[0] != "books_shop"}
    assert commit_sites() == named | WITHOUT_BORDER


@pytest.mark.parametrize("border", _BORDERS)
def test_a_crash_loses_and_doubles_nothing(
    border: str,
    zygote: Zygote,
    sqlite_case: CaseMaker,
    crossings: Mapping[str, Sequence[Crossing]],
) -> None:
    met = crossings[border]
    _crash(zygote, sqlite_case(met[0].story), met[0])
    if border.partition(" ")[2] in _REPEATED:
        again = [crossing for crossing in met if crossing.story == "troubled"]
        _crash(zygote, sqlite_case("troubled"), again[-1])


@pytest.mark.postgresql
@pytest.mark.parametrize("border", _BORDERS[::4])
def test_a_crash_on_postgresql_loses_and_doubles_nothing(
    border: str,
    zygote: Zygote,
    postgresql_case: CaseMaker,
    crossings: Mapping[str, Sequence[Crossing]],
) -> None:
    met = crossings[border][0]
    _crash(zygote, postgresql_case(met.story), met)


def _crash(zygote: Zygote, case: dict[str, str], crossing: Crossing) -> None:
    assert zygote.run("live", kill_at=crossing.number, **case) is None, "not killed"
    accounts = zygote.run("tell_on", **case)
    assert accounts is not None
    _check_accounts(accounts, STORIES.get(crossing.story, STORIES["paid"]))


def _check_accounts(accounts: dict[str, Any], story: Story) -> None:
    events = accounts["events"]
    # The shop: one order, paid once, its money booked as often as it was credited.
    assert accounts["orders"] == [[1, 1, story.credits]]
    # The kit: one event of each kind, none without its deliveries, none left over.
    for once in ("checkout.created", "checkout.paid", "invoice.created"):
        assert events[once] == 1, once
    assert events["payment.detected"] == story.deposits
    assert events.get("invoice.settled", 0) == story.credits
    assert accounts["undispatched"] == 0
    assert accounts["without_delivery"] == []
    assert set(accounts["deliveries"]) == {"DELIVERED"}
    assert accounts["unmatched"] == 0
    # Every deposit is credited once: ten dollars each.
    assert accounts["state"] == story.state.value
    is_reversed = story.state is CheckoutState.RESOLVED
    assert accounts["confirmed_credit"] == str(
        0 if is_reversed else 10 * story.deposits
    )
    assert len(accounts["payments"]) == story.deposits
    assert [status for _, status, _ in accounts["invoices"]].count("OPEN") == 1
    # The provider: one invoice that can be paid, its accounts used once, every
    # settlement order credited once with its own amount.
    assert len(accounts["made"]) == 1
    done = [row for row in accounts["settlements"] if row[2] == "DONE"]
    assert len(done) == len(accounts["credited"]) == story.credits
    assert len({key for key, *_ in accounts["credited"]}) == story.credits
    assert all(row[1:] == ["10", "USD"] for row in accounts["credited"])
    _check_withdrawals(accounts)
    # A plugin may hear of an event twice, but hears of it.
    assert len({event for (event,) in accounts["heard"]}) == 1
    # An account goes once its invoice is watched no more; twice does no harm.
    is_over = forget in story.steps
    gone = {number for (number,) in accounts["closed"]}
    assert gone == {row[1] for row in accounts["made"] if is_over}
    # So may an endpoint, which knows an event by its id, and hears of each.
    assert accounts["not_told"] == []
    # The checkout's own webhook and the receipt are for the one payment: each comes,
    # and comes again under its own id alone.
    assert len({event for (event,) in accounts["told"]}) == 1
    assert len({mail for (mail,) in accounts["mails"]}) == 1


def _check_withdrawals(accounts: dict[str, Any]) -> None:
    states = {key: state for key, state, _ in accounts["withdrawals"]}
    events = accounts["events"]
    assert events["withdrawal.created"] == len(states)
    for state, event in (
        ("COMPLETED", "withdrawal.completed"),
        ("FAILED", "withdrawal.failed"),
    ):
        assert events.get(event, 0) == list(states.values()).count(state)
    # Whatever was committed has arrived once; a refused or forgotten one never left.
    sent = [key for key, *_ in accounts["sent"]]
    assert sorted(sent) == sorted(k for k, s in states.items() if s == "COMPLETED")
    assert set(states.values()) <= {"COMPLETED", "FAILED"}
    assert all(row[1] == "0.1" for row in accounts["sent"])
