"""The score card: what each provider passed, failed, and has no way to do."""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterator
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pytest

from checkout_kit import NotSupported
from checkout_kit.testing.bench import ProviderUnderTest
from checkout_kit.testing.conformance import Conformance

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

# Travels with a report, also from the worker processes of pytest-xdist.
_PROPERTY = "checkout_kit_score"
_OWN_MODULES = "checkout_kit.testing."


class Verdict(str, Enum):
    """How a scenario ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_SUPPORTED = "not supported"


class ScoreCard:
    """The verdicts of a session, by provider and scenario; a pytest plugin."""

    def __init__(self) -> None:
        self._verdicts: dict[str, dict[str, tuple[Verdict, str]]] = {}

    def note(self, provider: str, scenario: str, verdict: Verdict, why: str) -> None:
        """Write a verdict down; a failure is not forgotten again."""
        verdicts = self._verdicts.setdefault(provider, {})
        known = verdicts.get(scenario)
        if known is None or known[0] is not Verdict.FAILED:
            verdicts[scenario] = (verdict, why)

    def lines(self) -> Iterator[str]:
        """The card as text."""
        for provider, verdicts in sorted(self._verdicts.items()):
            found = [verdict for verdict, _ in verdicts.values()]
            counts = [f"{found.count(verdict)} {verdict.value}" for verdict in Verdict]
            yield f"{provider}: {', '.join(counts)}"
            width = max(map(len, verdicts))
            for scenario, (verdict, why) in sorted(verdicts.items()):
                reason = f": {why}" if why else ""
                yield f"  {scenario:<{width}}  {verdict.value}{reason}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down what a report carries, whatever process it comes from."""
        for name, value in report.user_properties:
            if name == _PROPERTY and isinstance(value, (list, tuple)):
                provider, scenario, verdict, why = map(str, value)
                self.note(provider, scenario, Verdict(verdict), why)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Print the card at the end of the session."""
        if self._verdicts:
            terminalreporter.section("checkout-kit conformance")
            for line in self.lines():
                terminalreporter.write_line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Lay an empty card out."""
    config.pluginmanager.register(ScoreCard(), "checkout_kit_score_card")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Skip what the bench says its provider can't do."""
    try:
        return (yield)
    except NotSupported as err:
        if _is_scenario(item) and _is_declared(item, err.__traceback__):
            pytest.skip(err.reason)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give a scenario's report what the card needs."""
    report = yield
    if _is_scenario(item) and (report.when == "call" or report.failed):
        verdict, why = Verdict.PASSED, ""
        if report.failed:
            verdict = Verdict.FAILED
        elif report.skipped:
            verdict, why = Verdict.NOT_SUPPORTED, _reason(report.longrepr)
        scenario = item.name.removeprefix("test_")
        score = [_provider_name(item), scenario, verdict.value, why]
        report.user_properties.append((_PROPERTY, score))
    return report


def _is_scenario(item: pytest.Item) -> bool:
    owner = getattr(item, "cls", None)
    return isinstance(owner, type) and issubclass(owner, Conformance)


def _is_declared(item: pytest.Item, trace: TracebackType | None) -> bool:
    """Whether the bench or the kit's own scenario says so, and not the plugin."""
    provider = _provider(item)
    frames = [frame for frame, _ in traceback.walk_tb(trace)]
    by_bench = provider is not None and any(
        frame.f_locals.get("self") is provider.bench for frame in frames
    )
    raised_in = str(frames[-1].f_globals.get("__name__")) if frames else ""
    return by_bench or raised_in.startswith(_OWN_MODULES)


def _provider(item: pytest.Item) -> ProviderUnderTest | None:
    provider = getattr(item, "funcargs", {}).get("provider")
    return provider if isinstance(provider, ProviderUnderTest) else None


def _provider_name(item: pytest.Item) -> str:
    provider = _provider(item)
    if provider is not None:
        return provider.name
    # Its fixture failed: the class has to do.
    owner = getattr(item, "cls", None)
    return str(getattr(owner, "__name__", item.name))


def _reason(longrepr: Any) -> str:
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(text).removeprefix("Skipped: ")
