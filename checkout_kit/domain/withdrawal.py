"""Withdrawals: money that leaves an account at a provider for one of the merchant's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

from checkout_kit.domain.addresses import NETWORKS, check_address, xrpl
from checkout_kit.domain.bank import check_bank_details
from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.memo import check_destination_tag, check_memo
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError, CurrencyError, InputError

#: The longest detail of a bank account; an IBAN has 34 characters at most.
MAX_BANK_DETAIL = 200
_MAX_DETAILS = 20
_NETWORKS_WITH_MEMO = frozenset({"stellar"})
_NETWORKS_WITH_TAG = frozenset({"xrpl"})


class WithdrawalStatus(str, Enum):
    """How far a withdrawal has come."""

    #: The provider knows of it; nothing has left the account yet.
    PENDING = "PENDING"
    #: On its way: it may still fail, and the money then comes back.
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether the provider will not change it any more."""
        return self in (WithdrawalStatus.COMPLETED, WithdrawalStatus.FAILED)


@dataclass(frozen=True, slots=True)
class WithdrawalTarget:
    """Where a withdrawal goes, and in what currency it arrives there.

    An asset goes to an ``address`` of its network, which is checked here, checksum and
    all. Fiat goes to a ``bank_account``: details whose names are known (IBAN, routing
    number …) are checked here too, others are the plugin's matter. An X-address of the
    XRP Ledger is split into the classic address and its tag. Addresses and bank details
    stay out of reprs.
    """

    currency: Currency
    address: str | None = field(default=None, repr=False)
    memo: str | None = None
    memo_type: str | None = None
    destination_tag: int | None = None
    bank_account: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.currency.is_fiat:
            self._check_bank_account()
            return
        if self.bank_account:
            raise InputError("target.bankAccount", "is only for fiat currencies")
        if self.address is None:
            raise InputError("target.address", "is mandatory for an asset")
        network = str(self.currency.network)
        if network not in NETWORKS:
            raise InputError(
                "target.currency", f"addresses of {network!r} can't be checked"
            )
        self._set("address", check_address(network, self.address))
        if network == "xrpl":
            self._split_x_address()
        self._check_memo(network)

    def _check_bank_account(self) -> None:
        given = (self.address, self.memo, self.memo_type, self.destination_tag)
        if any(value is not None for value in given):
            raise InputError("target.address", "is only for assets, not for fiat")
        if not 1 <= len(self.bank_account) <= _MAX_DETAILS:
            raise InputError("target.bankAccount", "is mandatory for fiat currencies")
        for name, value in self.bank_account.items():
            check_text("target.bankAccount", name, maximum=50)
            check_text(f"target.bankAccount.{name}", value, maximum=MAX_BANK_DETAIL)
        details = check_bank_details(
            self.currency.code, self.bank_account, field="target.bankAccount"
        )
        self._set("bank_account", MappingProxyType(details))

    def _split_x_address(self) -> None:
        classic, held = xrpl.parse_address(str(self.address))
        if None not in (held, self.destination_tag) and held != self.destination_tag:
            raise InputError("target.destinationTag", "is not that of the X-address")
        self._set("address", classic)
        if held is not None:
            self._set("destination_tag", held)

    def _check_memo(self, network: str) -> None:
        if (self.memo is None) != (self.memo_type is None):
            # A memo of a guessed kind is a wrong memo.
            raise InputError("target.memoType", "comes with a memo, and a memo with it")
        if self.memo is not None:
            if network not in _NETWORKS_WITH_MEMO:
                raise InputError("target.memo", f"does not exist on {network}")
            if str(self.address).startswith("M"):
                raise InputError("target.memo", "a muxed account already holds its id")
            self._set("memo", check_memo(self.memo, self.memo_type))
        if self.destination_tag is not None:
            if network not in _NETWORKS_WITH_TAG:
                raise InputError("target.destinationTag", f"is not known on {network}")
            check_destination_tag(self.destination_tag)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class WithdrawalRequest:
    """What is to be withdrawn: so much of a wallet, to a target.

    ``wallet`` is the reference of a :class:`~checkout_kit.domain.wallet.Wallet`,
    ``amount`` is in its currency. ``least_received`` (the target's currency) is the
    least that may arrive: for less, nothing is sent. ``options`` are the plugin's own.
    """

    wallet: str
    amount: Money
    target: WithdrawalTarget
    least_received: Money | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text("withdrawal.wallet", self.wallet, maximum=200)
        if self.amount.amount <= 0:
            raise AmountError("withdrawal.amount", "must be more than zero")
        least = self.least_received
        if least is not None and least.currency != self.target.currency:
            raise CurrencyError(
                "withdrawal.leastReceived", "is not in the target's currency"
            )


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a provider says of a withdrawal.

    ``amount`` leaves the wallet, ``received`` arrives at the target, ``fee`` is what
    the provider keeps. ``provider_state`` is its own word for the status. ``problem``
    tells an operator what can't go on by itself. ``expires_at`` is until when a
    prepared one can be sent, if the provider says so.
    """

    reference: str
    status: WithdrawalStatus
    amount: Money
    received: Money | None = None
    fee: Money | None = None
    requested_at: datetime | None = None
    transaction_id: str | None = None
    provider_state: str | None = None
    problem: str | None = None
    expires_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text("withdrawal.reference", self.reference, maximum=200)
        if self.amount.amount <= 0:
            raise AmountError("withdrawal.amount", "must be more than zero")
        for money in (self.received, self.fee):
            if money is not None and money.amount < 0:
                raise AmountError("withdrawal.received", "must not be negative")
        for time in (self.requested_at, self.expires_at):
            if time is not None and time.tzinfo is None:
                raise InputError("withdrawal.requestedAt", "must have a time zone")
