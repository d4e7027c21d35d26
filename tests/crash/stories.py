"""Stories: ways of an order through the kit, each told again after a crash.

Every step may be repeated: whoever comes back after a crash, a buyer, a provider or the
worker, does what was not done yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from sqlalchemy import text

from checkout_kit import (
    Checkout,
    CheckoutState,
    InvoiceStatus,
    MethodUnavailable,
    SettlementOrder,
)
from checkout_kit.services.pacing import TokenBucket
from checkout_kit.services.settling import Settling
from checkout_kit.testing.clock import FakeClock
from tests.crash.books_plugin import METHOD
from tests.crash.books_shop import BooksShop

_CLAIMED = ("invoice", "settlement", "withdrawal", "delivery", "lease")


class World:
    """One process, and those whom it deals with."""

    def __init__(self, shop: BooksShop, clock: FakeClock, *, is_restart: bool) -> None:
        self.shop = shop
        self.clock = clock
        self.is_restart = is_restart

    @property
    def checkout(self) -> Checkout:
        """The order's checkout."""
        return self.shop.make_order()

    def work(self, rounds: int = 1, seconds: float = 0) -> None:
        """Let time pass and do all that is due.

        After a restart claims of the dead process run out as well, as they do in the
        database's own time; not in the first round.
        """
        for number in range(rounds):
            self._work_once(seconds, is_first=not number)

    def settle_down(self) -> None:
        """Do all that is due until nothing is left to do."""
        if self.is_restart:
            self._work_once(60, is_first=True)
            for _ in range(2):
                if not self._work_once(60, is_first=False):
                    break

    def _work_once(self, seconds: float, *, is_first: bool) -> bool:
        """Say whether anything was done."""
        self.clock.advance(seconds)
        if self.is_restart and not is_first:
            let_claims_run_out(self.shop)
        return bool(self.shop.kit.run_due())


def let_claims_run_out(shop: BooksShop) -> None:
    """Let what a dead process had claimed be free again."""
    with shop.services.database.transaction(write=True) as connection:
        for table in _CLAIMED:
            # The names are constants of this module.
            statement = f"UPDATE checkout_kit_{table} SET claim_until = 0"  # noqa: S608
            connection.execute(text(statement))
        connection.get_transaction().commit()  # type: ignore[union-attr]


Step = Callable[[World], None]


def create(world: World) -> None:
    """An order and its checkout are made."""
    world.shop.make_order()


def open_page(world: World) -> None:
    """The buyer looks at the page."""
    world.shop.open_page(world.checkout.token)


def look_again(world: World) -> None:
    """The buyer comes back to the page after a while, and has it looked for."""
    world.clock.advance(30)
    world.shop.open_page(world.checkout.token)


def choose(world: World) -> None:
    """The buyer chooses a method; if that is refused, once more."""
    checkout = world.checkout
    if checkout.is_paid or checkout.cancelled_at or _payments(checkout):
        return
    for _ in range(2):
        try:
            with world.shop.app.app_context():
                world.shop.kit.commit_checkout(checkout.id, METHOD)
            break
        except MethodUnavailable:
            continue
    world.settle_down()


def resume(world: World) -> None:
    """The worker makes the invoice whose answer was lost."""
    world.work(rounds=2, seconds=10)


def pay(world: World) -> None:
    """The buyer pays what is shown, the provider tells of it, and the page polls."""
    _pay(world, "deposit-1")
    world.shop.send_webhook(str(_invoice(world).reference))
    world.shop.poll(world.checkout.token)


def work(world: World) -> None:
    """The worker does all that is due."""
    world.work(rounds=2, seconds=10)
    world.settle_down()


def check(world: World) -> None:
    """The shop itself looks for payments."""
    with world.shop.app.app_context():
        world.shop.kit.check_checkout(world.checkout.id)
    world.settle_down()


def hurry(world: World) -> None:
    """The provider tells of so much at once that it is left alone for a moment."""
    with mock.patch.object(TokenBucket, "take", lambda self, now: False):
        world.work(seconds=30)


def pay_in_test_mode(world: World) -> None:
    """The buyer presses the test mode's button."""
    if not _payments(world.checkout):
        world.shop.services.desk.simulate(world.checkout.token, "exact")


def fail_often(world: World) -> None:
    """The provider is down until it is left alone; then it is back."""
    for _ in range(10):
        world.work(seconds=200)
        if _payments(world.checkout):
            break
    world.settle_down()


def grow_old(world: World) -> None:
    """An hour passes."""
    world.clock.advance(3600)
    # Before the provider is looked at, which would announce what has changed.
    world.shop.services.work.run_local_work()
    world.settle_down()


def forget(world: World) -> None:
    """A month passes, and what nobody needs any more is cleared up."""
    world.work(seconds=31 * 86_400)
    world.settle_down()


def pay_again(world: World) -> None:
    """The buyer pays the same once more while the first money is being settled."""
    _pay(world, "deposit-2")
    check(world)
    world.work(rounds=4, seconds=100)


def cancel(world: World) -> None:
    """The buyer cancels."""
    if not _payments(world.checkout):
        world.shop.cancel(world.checkout.token)


def reverse(world: World) -> None:
    """The deposit is taken back just when the settlement is about to be sent."""
    original = Settling._settle

    def late(self: Settling, order: SettlementOrder) -> None:
        world.shop.books.reverse("deposit-1")
        check(world)
        original(self, order)

    with mock.patch.object(Settling, "_settle", late):
        work(world)
    # A settlement that was sent before the crash is credited all the same.
    world.shop.books.reverse("deposit-1")
    check(world)


def withdraw(world: World) -> None:
    """The merchant withdraws, and the worker asks until it has arrived."""
    world.shop.withdraw("withdrawal", commit=True)
    world.work(rounds=4, seconds=100)
    world.settle_down()


def wish(world: World) -> None:
    """The merchant looks at what would arrive, and leaves it at that."""
    world.shop.withdraw("wish", commit=False)


def resolve(world: World) -> None:
    """An operator looks at it."""
    if world.checkout.state is not CheckoutState.RESOLVED:
        world.shop.resolve(world.checkout.id)


def _invoice(world: World) -> Any:
    invoice = world.checkout.invoice
    assert invoice is not None, "no invoice was made"
    assert invoice.status is InvoiceStatus.OPEN, "the invoice was not opened"
    return invoice


def _payments(checkout: Checkout) -> list[Any]:
    return [payment for invoice in checkout.invoices for payment in invoice.payments]


def _pay(world: World, external_id: str) -> None:
    invoice = _invoice(world)
    world.shop.books.deposit(external_id, int(invoice.reference), invoice.amount)


@dataclass(frozen=True, slots=True)
class Story:
    """Steps, what goes wrong at the provider meanwhile, and how it ends.

    ``deposits`` is how often the amount due is paid, ``credits`` how often it is
    settled, ``state`` the label at the end.
    """

    steps: tuple[Step, ...]
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    state: CheckoutState = CheckoutState.COMPLETED
    deposits: int = 1
    credits: int = 1
    invoices: int = 1


STORIES: Mapping[str, Story] = {
    "paid": Story(
        (
            create,
            open_page,
            choose,
            look_again,
            pay,
            work,
            open_page,
            withdraw,
            wish,
            forget,
        )
    ),
    "troubled": Story(
        (
            create,
            choose,
            resume,
            hurry,
            pay_in_test_mode,
            fail_often,
            pay_again,
            withdraw,
            grow_old,
            work,
        ),
        faults={
            "withdraw_funds": ("down", "lose"),
            "make_invoice": ("lose",),
            "detect_payments": ("down",) * 6,
            "settle_invoice": ("fine", "lose"),
            "credit": ("later",),
            "handler": ("fail",),
            "take_webhook": ("fine", "refuse", "fine", "lose"),
            "take_checkout_webhook": ("down", "lose"),
            "take_mail": ("lose",),
        },
        state=CheckoutState.UNRESOLVED_OVERPAID,
        deposits=2,
        credits=2,
    ),
    "reversed": Story(
        (create, choose, cancel, pay, reverse, withdraw, resolve, work),
        faults={"make_invoice": ("refuse",), "withdraw_funds": ("refuse",)},
        state=CheckoutState.RESOLVED,
        credits=0,
    ),
}
