"""A day's books: every share adds up, and what doesn't is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.day_books import DayBooks
from checkout_kit.domain.invoice import Invoice, UnmatchedDeposit
from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import PaymentMethod
from checkout_kit.domain.report import DayReport, ReportLine
from checkout_kit.domain.settlement import (
    Settlement,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.domain.states import derive_status
from tests.domain.builders import (
    DETECTED,
    USD,
    XRP,
    at,
    bill,
    facts,
    pay,
    usd,
    xrp,
)

DAY = date(2026, 11, 21)


def sold(*invoices: Invoice, total: str = "10", number: int = 1) -> Checkout:
    charge = Charge("USD", [LineItem("Tea", total)])
    return Checkout(
        id=f"checkout-{number}",
        token="t",
        store_id="default",
        charge=charge,
        settlement_currency=USD,
        created_at=at(0),
        expires_at=at(24 * 60),
        tolerance=Decimal(0),
        status=derive_status(facts(*invoices, total=charge.total), at(60)),
        invoices=invoices,
    )


def by(provider: str, *amounts: str, minute: float = 10) -> Invoice:
    """An invoice of a provider, with confirmed payments of so many XRP."""
    name = f"invoice-{provider}"
    payments = [
        pay(
            amount,
            provider=provider,
            invoice_id=name,
            ident=f"{provider}{n}",
            minute=minute,
        )
        for n, amount in enumerate(amounts)
    ]
    return bill(*payments, id=name, method=PaymentMethod(provider, XRP, "XRP"))


def order(invoice: Invoice, amount: str, **changes: Any) -> SettlementOrder:
    values: dict[str, Any] = {
        "status": SettlementStatus.DONE,
        "result": Settlement("s", usd("9.50"), fee=usd("0.50")),
    }
    return SettlementOrder(
        invoice.id,
        1,
        invoice.provider,
        usd(amount),
        created_at=at(20),
        **values | changes,
    )


def report_of(*sales: tuple[Checkout, list[SettlementOrder]]) -> DayReport:
    books = DayBooks()
    for checkout, orders in sales:
        books.add(checkout, orders)
    return books.report(DAY, at=at(60), is_over=False)


def line_of(report: DayReport, provider: str) -> ReportLine:
    (line,) = [line for line in report.lines if line.provider == provider]
    return line


def test_an_exact_payment_is_charged_paid_and_settled() -> None:
    invoice = by("acme", "40")
    report = report_of((sold(invoice), [order(invoice, "10")]))
    line = line_of(report, "acme")
    assert (line.charged, line.paid, line.over, line.under) == (
        usd("10"),
        usd("10"),
        usd("0"),
        usd("0"),
    )
    assert line.unsettled == usd("0")
    assert (line.received, line.settled, line.fees) == (
        (xrp("40"),),
        (usd("9.50"),),
        (usd("0.50"),),
    )
    assert report.problems == ()


@pytest.mark.parametrize(
    "sent, over, under",
    [("60", "5.00", "0"), ("30", "0", "2.50"), ("0.000001", "0", "10")],
)
def test_too_much_and_too_little_have_columns(sent: str, over: str, under: str) -> None:
    line = line_of(report_of((sold(by("acme", sent)), [])), "acme")
    assert (line.over, line.under) == (usd(over), usd(under))
    assert line.charged + line.over - line.under == line.paid


def test_what_is_only_seen_is_not_paid() -> None:
    invoice = bill(pay("40", DETECTED))
    line = line_of(report_of((sold(invoice), [])), "acme")
    assert (line.paid, line.under, line.received) == (usd("0"), usd("10"), ())


def test_a_checkout_without_a_method_is_no_providers() -> None:
    report = report_of((sold(), []))
    line = line_of(report, "-")
    assert (line.checkouts, line.charged, line.under) == (1, usd("10"), usd("10"))


def test_a_checkout_paid_through_two_providers_is_shared_out() -> None:
    first, second = by("acme", "10"), by("other", "50", minute=20)
    report = report_of((sold(first, second), []))
    part, rest = line_of(report, "acme"), line_of(report, "other")
    assert (part.charged, part.paid) == (usd("2.50"), usd("2.50"))
    assert (rest.charged, rest.paid, rest.over) == (usd("7.50"), usd("12.50"), usd("5"))
    # It is one checkout, and counts where it was closed.
    assert (part.checkouts, rest.checkouts) == (0, 1)
    assert report.totals[0].checkouts == 1


def test_an_order_that_is_not_done_is_unsettled() -> None:
    invoice = by("acme", "40")
    waiting = order(invoice, "10", status=SettlementStatus.UNKNOWN, result=None)
    line = line_of(report_of((sold(invoice), [waiting])), "acme")
    assert (line.unsettled, line.settled) == (usd("10"), ())


def test_more_settled_than_is_still_paid_is_a_problem() -> None:
    invoice = by("acme", "20")
    report = report_of((sold(invoice), [order(invoice, "10")]))
    (problem,) = report.problems
    assert "checkout-1: 10.00 USD settled, but only 5.00 USD" in problem
    assert line_of(report, "acme").unsettled == usd("-5")


def test_currencies_are_never_mixed() -> None:
    euros = Checkout(
        id="checkout-9",
        token="t",
        store_id="default",
        charge=Charge("EUR", [LineItem("Tea", "7")]),
        settlement_currency=USD,
        created_at=at(0),
        expires_at=at(24 * 60),
        tolerance=Decimal(0),
        status=derive_status(facts(total=Money("7", "EUR")), at(60)),
    )
    report = report_of((sold(by("acme", "40")), []), (euros, []))
    assert [str(total.currency) for total in report.totals] == ["EUR", "USD"]
    assert [total.charged for total in report.totals] == [Money("7", "EUR"), usd("10")]


def test_unmatched_deposits_are_counted_with_and_without_amount() -> None:
    books = DayBooks()
    deposits = [
        UnmatchedDeposit("a", "no memo", amount=xrp("1.5"), provider="acme"),
        UnmatchedDeposit("b", "no memo", amount=xrp("2"), provider="acme"),
        UnmatchedDeposit("c", "who knows", provider="acme"),
    ]
    (line,) = books.report(DAY, at=at(0), is_over=True, unmatched=deposits).unmatched
    assert (line.deposits, line.amounts) == (3, (xrp("3.5"),))


_SENT = st.decimals(min_value="0.000001", max_value=200, places=6).map(str)
_SALES = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(_SENT, max_size=3)),
        max_size=3,
        unique_by=lambda pair: pair[0],
    ),
    max_size=6,
)


@given(_SALES)
def test_any_day_adds_up_to_the_cent(sales: list[list[tuple[str, list[str]]]]) -> None:
    made = [
        sold(
            *(by(name, *sent, minute=n) for n, (name, sent) in enumerate(sale)),
            number=i,
        )
        for i, sale in enumerate(sales)
    ]
    report = report_of(*((checkout, []) for checkout in made))
    assert report.problems == ()
    for line in (*report.lines, *report.totals):
        assert line.charged + line.over - line.under == line.paid
    if made:
        (total,) = report.totals
        assert total.charged == usd("10") * len(made)
        exact = sum((c.status.confirmed_credit for c in made), Fraction(0))
        # Each checkout is rounded down once.
        assert 0 <= exact - total.paid.fraction < Fraction(len(made), 100)
        assert Money.total((line.paid for line in report.lines), USD) == total.paid
