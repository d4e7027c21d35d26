"""The kit finds mistakes: each broken plugin fails in the scenarios made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout_kit.testing import (
    ProviderConformance,
    ProviderUnderTest,
    SettlerConformance,
)
from checkout_kit.testing.scene import Scene
from tests.conformance import broken_plugins as broken
from tests.conformance import broken_safes as safes
from tests.conformance.safe_bench import SafeBench

_CAUGHT_BY = [
    (broken.ForgetsKeys, "crash_between_intent_and_result"),
    (broken.ForgetsKeys, "same_key_twice"),
    (broken.ForgetsKeys, "slow_answer_past_deadline"),
    (broken.SettlesAgain, "settlement_unknown_then_found"),
    (broken.SettlesAgain, "settlement_crashed_then_found"),
    (broken.TrustsWebhooks, "webhook_forged"),
    (broken.TrustsWebhooks, "webhook_length_extended"),
    (broken.TrustsWebhooks, "webhook_for_another_checkout"),
    (broken.ReadsExtendedWebhooks, "webhook_length_extended"),
    (broken.ConfirmsEarly, "reversed_before_confirmation"),
    (broken.RenamesDeposits, "duplicate_report"),
    (broken.RenamesDeposits, "growing_snapshot"),
    (broken.ReportsTheLastOnly, "exact_in_two_parts"),
    (broken.RoundsAmounts, "growing_snapshot"),
    (broken.GuessesAmounts, "seen_without_amount"),
    (broken.CreditsAnyAsset, "wrong_asset"),
    (broken.CreditsStrays, "missing_memo_or_tag"),
    (broken.DropsStrays, "missing_memo_or_tag"),
    (broken.DropsStrays, "unknown_deposit_is_unmatched"),
    (broken.IgnoresReversals, "reversed_after_confirmation"),
    (broken.HidesOutages, "rate_limited"),
    (broken.HidesOutages, "server_error"),
    (broken.HidesOutages, "malformed_answer"),
    (broken.ForgetsOldInvoices, "method_changed_then_old_invoice_paid"),
    (broken.ClaimsNotSupported, "exact"),
]
_CAUGHT_WITHDRAWING_BY = [
    (safes.SendsAgain, "withdrawal_unknown_then_found"),
    (safes.SendsAgain, "withdrawal_crashed_then_found"),
    (safes.SendsAgain, "withdrawal_during_an_outage"),
    (safes.SendsAtOnce, "withdrawal_once"),
    (safes.SendsAtOnce, "withdrawal_not_committed"),
    (safes.IgnoresTheLeast, "withdrawal_of_too_little"),
    (safes.NotesAndForgets, "withdrawal_crashed_between_steps"),
    (safes.BelievesRefusals, "withdrawal_not_shown_any_more"),
    (safes.PretendsToBeEmpty, "unreadable_wallets_are_no_zeros"),
]


@pytest.mark.parametrize(("plugin", "scenario"), _CAUGHT_BY)
def test_a_broken_plugin_fails_its_scenario(
    plugin: type, scenario: str, tmp_path: Path
) -> None:
    """A mistake does not pass, whatever else is right."""
    bench = broken.bench_for(plugin)
    settings = {"ledger": bench.ledger}
    provider = ProviderUnderTest("broken", bench, settings, plugin=plugin)
    _check_caught(ProviderConformance(), provider, scenario, tmp_path)


@pytest.mark.parametrize(("plugin", "scenario"), _CAUGHT_WITHDRAWING_BY)
def test_a_broken_safe_fails_its_scenario(
    plugin: type, scenario: str, tmp_path: Path
) -> None:
    """Nor does one that loses money on its way out."""
    provider = SafeBench().under_test(plugin)
    _check_caught(SettlerConformance(), provider, scenario, tmp_path)


def _check_caught(
    kit: object, provider: ProviderUnderTest, scenario: str, folder: Path
) -> None:
    scene = Scene(provider, folder)
    try:
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            getattr(kit, f"test_{scenario}")(scene)
    finally:
        scene.close()
