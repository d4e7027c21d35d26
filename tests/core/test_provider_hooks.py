"""Each provider hook: when the kit calls it, with what, and what it does with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from flask import current_app

from checkout_kit import (
    CheckoutKit,
    Currency,
    DepositInstructions,
    InvalidTransition,
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    MethodUnavailable,
    Money,
    Operation,
    PaymentObservation,
    PaymentStatus,
    Proof,
    ProviderInvoice,
    ProviderProtocolError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    Rate,
    Wallet,
    WebhookNotice,
    WebhookRequest,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
    hookimpl,
)
from checkout_kit.testing import FakeClock, MemoryOperation
from tests.fakes.scripted import ADDRESS, Script, kit_of, scripted_plugin, ten_dollars

#: Scripted as the answer of ``fetch_rates``: the hook then returns None.
NO_MARKET = object()


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script("good")


@pytest.fixture
def kit(tmp_path: Any, clock: FakeClock, script: Script) -> Iterator[CheckoutKit]:
    """A kit with a provider that simulates, tells its health and holds money."""

    class Talking(scripted_plugin(script)):  # type: ignore[misc]
        @hookimpl
        def check_health(self) -> str:
            script.before("check_health")
            return "feeling fine"

        @hookimpl
        def simulate_payment(self, invoice: Any, scenario: str) -> bool:
            script.before(f"simulate {scenario}")
            script.payments[invoice.id] = [
                PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
            ]
            return True

        @hookimpl
        def fetch_rates(self) -> Any:
            answer = script.before("fetch_rates") or [rate_of(clock)]
            return None if answer is NO_MARKET else answer

        @hookimpl
        def submit_proof(self, invoice: Invoice, proof: Proof) -> bool:
            script.before(f"submit_proof {proof.name} {len(proof.content)}")
            return True

        @hookimpl
        def close_invoice(self, invoice: Invoice) -> bool:
            script.before(f"close_invoice {invoice.id}")
            return True

        @hookimpl
        def list_wallets(self) -> Any:
            wallet = Wallet("main", Money("2", "BTC"), "Bitcoin")
            return script.before("list_wallets") or [wallet]

        @hookimpl
        def prepare_withdrawal(self, withdrawal: WithdrawalRequest) -> Any:
            return script.before("prepare_withdrawal") or Withdrawal(
                "out",
                WithdrawalStatus.PENDING,
                withdrawal.amount,
                received=withdrawal.amount,
            )

        @hookimpl
        def withdraw_funds(
            self, withdrawal: WithdrawalRequest, operation: Operation
        ) -> Any:
            operation.record("sent", {"to": withdrawal.target.address})
            return script.before("withdraw_funds") or Withdrawal(
                f"out-{operation.key}", WithdrawalStatus.PROCESSING, withdrawal.amount
            )

    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, {"good": Talking})
    with app.app_context():
        yield kit
        kit.close()


def test_hook_list_payment_methods(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.list_quotes(made.id)
    assert script.calls == ["list_payment_methods", "quote_price"]


def test_hook_quote_price(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    (quote,) = kit.list_quotes(made.id)
    assert quote.method.id == "good:BTC"
    assert quote.covers == Money("10.00", "USD")
    assert quote.expires_at is not None


def test_hook_create_invoice(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    assert invoice.status is InvoiceStatus.OPEN
    assert script.made == [invoice.operation_key]


def test_the_page_to_come_back_to_is_handed_over(
    kit: CheckoutKit, script: Script
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "good:BTC")
    assert script.page_urls == [made.url]
    assert made.url.endswith(f"/checkout/{made.token}")


def test_an_invoice_of_another_one_s_id_is_never_shown(
    kit: CheckoutKit, script: Script
) -> None:
    first, second = (kit.create_checkout(ten_dollars()) for _ in range(2))
    amount = Money("0.0002", "BTC")
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "the same", amount, DepositInstructions(ADDRESS, amount, "Bitcoin")
    )
    kit.commit_checkout(first.id, "good:BTC")
    with pytest.raises(MethodUnavailable):
        kit.commit_checkout(second.id, "good:BTC")
    (refused,) = kit.get_checkout(second.id).invoices
    assert refused.status is InvoiceStatus.FAILED
    assert refused.instructions is None


def test_hook_detect_payments(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "good:BTC")
    clock.advance(10)
    kit.run_due()
    assert script.calls.count("detect_payments") == 1


def test_hook_parse_webhook(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.notice = WebhookNotice((str(invoice.reference),))
    kit.receive_webhook("good", WebhookRequest("POST", "", {}, b"{}"))
    assert kit.run_due().invoices_checked == 1


def test_hook_settle_invoice(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    kit.run_due()
    (order,) = kit.list_settlements(made.id)
    assert order.result is not None
    assert order.result.reference == f"credit-settle:{invoice.id}:1"


def test_hook_submit_proof(kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    page = current_app.test_client()
    url = f"/checkout/{made.token}"
    pdf = b"%PDF-1.7 the bank says so"

    def send() -> Any:
        sent = {"proof": (BytesIO(pdf), "Überweisung an Müller.pdf")}
        return page.post(f"{url}/proof", data=sent)

    assert "notice" not in send().location
    script.snapshots[invoice.id] = InvoiceSnapshot(wants_proof=True)
    kit.check_checkout(made.id)
    assert "Send proof" in page.get(url).text
    assert send().location == f"{url}?notice=proof-sent"
    assert f"submit_proof berweisung-an-M-ller.pdf {len(pdf)}" in script.calls
    script.snapshots[invoice.id] = InvoiceSnapshot()
    kit.run_due()
    assert "Send proof" not in page.get(url).text


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (ProviderRefused("good", "confirmed already"), "proof-refused"),
        (ProviderTimeout("good", "slow"), "proof-failed"),
    ],
)
def test_a_proof_that_is_not_taken_can_be_sent_again(
    kit: CheckoutKit, script: Script, error: Exception, notice: str
) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.snapshots[invoice.id] = InvoiceSnapshot(wants_proof=True)
    kit.check_checkout(made.id)

    def fail() -> None:
        raise error

    script.on["submit_proof proof.pdf 8"] = fail
    page = current_app.test_client()
    sent = {"proof": (BytesIO(b"%PDF-1.7"), "proof.pdf")}
    answer = page.post(f"/checkout/{made.token}/proof", data=sent)
    assert answer.location.endswith(notice)
    assert "Send proof" in page.get(answer.location).text


def ask(hook: str, **arguments: Any) -> Any:
    registry = current_app.extensions["checkout_kit"].registry
    return registry.call("good", hook, deadline=5, **arguments)


def test_hook_list_wallets(kit: CheckoutKit, script: Script) -> None:
    (wallet,) = ask("list_wallets")
    assert (wallet.reference, str(wallet.balance)) == ("main", "2.00000000 BTC")


@pytest.mark.parametrize(
    "answer", [["main"], [Wallet("main", Money("1", "BTC"))] * 2, 7]
)
def test_wallets_that_are_none_are_refused(
    kit: CheckoutKit, script: Script, answer: Any
) -> None:
    script.on["list_wallets"] = lambda: answer
    with pytest.raises(ProviderProtocolError):
        ask("list_wallets")


def half_a_bitcoin() -> WithdrawalRequest:
    target = WithdrawalTarget(Currency.parse("BTC"), ADDRESS)
    return WithdrawalRequest("main", Money("0.5", "BTC"), target)


def test_hook_prepare_withdrawal(kit: CheckoutKit, script: Script) -> None:
    to = half_a_bitcoin().target
    made = kit.create_withdrawal("good/main", "0.5", to)
    assert made.promised == Money("0.5", "BTC")
    assert script.calls == ["list_wallets", "prepare_withdrawal"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": WithdrawalStatus.PROCESSING},
        {"amount": Money("0.4", "BTC")},
        {"received": None},
        {"received": Money("0.5", "LTC")},
    ],
)
def test_a_preparation_that_says_less_than_it_must_is_refused(
    kit: CheckoutKit, script: Script, change: dict[str, Any]
) -> None:
    half = Money("0.5", "BTC")
    good = Withdrawal("out", WithdrawalStatus.PENDING, half, half)
    script.on["prepare_withdrawal"] = lambda: replace(good, **change)
    with pytest.raises(ProviderProtocolError):
        kit.create_withdrawal("good/main", "0.5", half_a_bitcoin().target)
    assert kit.list_withdrawals() == []


def test_hook_withdraw_funds(kit: CheckoutKit, script: Script) -> None:
    notes = MemoryOperation("withdrawal-1")
    done = ask("withdraw_funds", withdrawal=half_a_bitcoin(), operation=notes)
    assert done.reference == "out-withdrawal-1"
    assert not done.status.is_final
    assert notes.steps == {"sent": {"to": ADDRESS}}


@pytest.mark.parametrize(
    ("amount", "received"),
    [
        (Money("0.6", "BTC"), None),
        (Money("0.5", "LTC"), None),
        (Money("0.5", "BTC"), Money("0.5", "LTC")),
    ],
    ids=["more than asked", "another currency", "arrives as another currency"],
)
def test_another_withdrawal_than_asked_for_is_refused(
    kit: CheckoutKit, script: Script, amount: Money, received: Money | None
) -> None:
    script.on["withdraw_funds"] = lambda: Withdrawal(
        "out", WithdrawalStatus.COMPLETED, amount, received
    )
    with pytest.raises(ProviderProtocolError):
        ask(
            "withdraw_funds",
            withdrawal=half_a_bitcoin(),
            operation=MemoryOperation("withdrawal-1"),
        )


def rate_of(clock: FakeClock, age: int = 5, **changes: Any) -> Rate:
    observed_at = clock.now() - timedelta(seconds=age)
    values: dict[str, Any] = {
        "base": Currency.parse("BTC"),
        "counter": Currency.parse("USD"),
        "bid": Fraction(149999, 3),
        "ask": Fraction("50100.5"),
        "observed_at": observed_at,
        "expires_at": observed_at + timedelta(seconds=60),
        "source": "a book",
    }
    return Rate(**(values | changes))


def test_hook_fetch_rates(kit: CheckoutKit, script: Script) -> None:
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 0
    heading, row = result.output.splitlines()
    assert heading.split() == "provider pair bid ask last age state source".split()
    assert row.split() == (
        "good BTC/USD 49999.6666666 50100.5 - 5 s fresh a book".split()
    )
    assert script.calls == ["fetch_rates"]
    assert "good rates" in runner.invoke(args=["checkout", "doctor"]).output


def test_stale_rates_are_shown_and_not_used(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    script.on["fetch_rates"] = lambda: [
        rate_of(clock, age=60, last=Fraction(1, 3)),
        rate_of(clock, base=Currency.parse("LTC")),
    ]
    (report,) = current_app.extensions["checkout_kit"].rates.fetch_all()
    assert [rate.pair for rate in report.rates] == ["LTC/USD"]
    assert [rate.pair for rate in report.stale] == ["BTC/USD"]
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 1
    assert "STALE" in result.output and "0.33333333333" in result.output
    assert "never used" in result.stderr
    doctor = runner.invoke(args=["checkout", "doctor"])
    assert doctor.exit_code == 1
    assert "stale, never used: BTC/USD" in doctor.output


def test_a_market_that_fails_is_told(kit: CheckoutKit, script: Script) -> None:
    def fail() -> Any:
        raise ProviderUnavailable("good", "no fresh rate arrived")

    script.on["fetch_rates"] = fail
    result = current_app.test_cli_runner().invoke(args=["checkout", "rates", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == []
    assert "no fresh rate arrived" in result.stderr


def test_a_source_without_a_market_is_no_source(
    kit: CheckoutKit, script: Script
) -> None:
    script.on["fetch_rates"] = lambda: NO_MARKET
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "rates"])
    assert result.exit_code == 1
    assert "no enabled plugin" in result.output
    assert "rates" not in runner.invoke(args=["checkout", "doctor"]).output


@pytest.mark.parametrize("answer", [7, ["BTC/USD"], "twice"])
def test_rates_that_are_none_are_refused(
    kit: CheckoutKit, script: Script, clock: FakeClock, answer: Any
) -> None:
    found = [rate_of(clock)] * 2 if answer == "twice" else answer
    script.on["fetch_rates"] = lambda: found
    with pytest.raises(ProviderProtocolError):
        ask("fetch_rates")


def test_hook_close_invoice(kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    clock.advance(7 * 24 * 3600)
    kit.run_due()
    # The late window counts from the invoice's expiry: it is watched for an hour yet.
    assert f"close_invoice {invoice.id}" not in script.calls
    clock.advance(2 * 3600)
    kit.run_due()
    assert script.calls[-2:] == ["detect_payments", f"close_invoice {invoice.id}"]
    script.calls.clear()
    clock.advance(24 * 3600)
    kit.run_due()
    assert "detect_payments" not in script.calls


def test_closing_is_tried_again_for_a_week(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")

    def fail() -> None:
        raise ProviderUnavailable("good", "closed on Sundays")

    script.on[f"close_invoice {invoice.id}"] = fail
    clock.advance(8 * 24 * 3600)
    for _ in range(3):
        kit.run_due()
        clock.advance(3601)
    assert script.calls.count(f"close_invoice {invoice.id}") == 3
    clock.advance(8 * 24 * 3600)
    kit.run_due()
    script.calls.clear()
    clock.advance(24 * 3600)
    kit.run_due()
    assert script.calls == []


def test_hook_check_health(kit: CheckoutKit, script: Script) -> None:
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "doctor"])
    assert "feeling fine" in result.output
    assert script.calls[0] == "check_health"


def test_hook_simulate_payment(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    page = current_app.test_client()
    desk = current_app.extensions["checkout_kit"].desk
    with pytest.raises(InvalidTransition):
        desk.simulate(made.token, "exact")
    kit.commit_checkout(made.id, "good:BTC")
    answer = page.post(f"/checkout/{made.token}/simulate", data={"scenario": "exact"})
    assert answer.status_code == 303
    kit.run_due()
    assert kit.get_checkout(made.id).is_paid
    assert "simulate exact" in script.calls
