"""The score card tells what was passed, failed, and honestly skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["checkout_kit.testing", "pytester"]

_ROOT = Path(__file__).parents[2]
_SESSION = """
import pytest
from checkout_kit import NotSupported
from checkout_kit.testing import ProviderConformance, ProviderUnderTest
from tests.conformance.broken_plugins import ClaimsNotSupported
from tests.fakes.bench import FakeBench
from tests.fakes.provider import FakeProvider

class HonestBench(FakeBench):
    def announce(self, invoice):
        raise NotSupported("Acme always knows the amount")

class TestHonest(ProviderConformance):
    @pytest.fixture
    def provider(self):
        bench = HonestBench()
        return ProviderUnderTest(
            "honest", bench, {"ledger": bench.ledger}, plugin=FakeProvider
        )

class TestExcuses(ProviderConformance):
    @pytest.fixture
    def provider(self):
        bench = FakeBench()
        return ProviderUnderTest(
            "excuses", bench, {"ledger": bench.ledger}, plugin=ClaimsNotSupported
        )

class TestUnready(ProviderConformance):
    @pytest.fixture
    def provider(self):
        raise NotSupported("a bench that does not start is no excuse")
"""


@pytest.fixture
def session(pytester: pytest.Pytester) -> pytest.Pytester:
    """A session of its own, with three providers."""
    pytester.syspathinsert(str(_ROOT))
    pytester.makeconftest('pytest_plugins = ["checkout_kit.testing"]')
    pytester.makepyfile(test_providers=_SESSION)
    return pytester


def test_a_reason_of_the_bench_is_the_only_skip(session: pytest.Pytester) -> None:
    """It is printed with the scenario; a plugin's own excuse is a failure."""
    result = session.runpytest_inprocess(
        "-q", "-k", "test_exact or seen", "-p", "no:xdist"
    )
    result.assert_outcomes(passed=2, failed=3, skipped=1, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*checkout-kit conformance*",
            "TestUnready: 0 passed, 3 failed, 0 not supported",
            "excuses: 0 passed, 3 failed, 0 not supported",
            "  exact * failed",
            "honest: 2 passed, 0 failed, 1 not supported",
            "  exact * passed",
            "  seen_without_amount *not supported: Acme always knows the amount",
        ]
    )


@pytest.mark.slow
def test_scores_of_worker_processes_are_collected(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that is spread over processes prints one card."""
    monkeypatch.setenv("PYTHONPATH", str(_ROOT))
    result = session.runpytest_subprocess(
        "-q", "-n", "2", "-k", "TestHonest and (test_exact or seen)"
    )
    result.stdout.fnmatch_lines(["honest: 2 passed, 0 failed, 1 not supported"])


def test_other_tests_print_no_card(pytester: pytest.Pytester) -> None:
    """A shop that only borrows the clock is not bothered."""
    pytester.makeconftest('pytest_plugins = ["checkout_kit.testing"]')
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_inprocess("-q")
    result.stdout.no_fnmatch_line("*conformance*")
