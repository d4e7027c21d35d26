"""Transactions, and what opens them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.api_key import FoundCaller
from checkout_kit.services.ports.api import ApiKeyRows, ApiRequestRows
from checkout_kit.services.ports.checkouts import CampaignRows, CheckoutRows, QuoteRows
from checkout_kit.services.ports.customers import CustomerRows
from checkout_kit.services.ports.deliveries import (
    DeliveryLogRows,
    DeliveryRows,
    EndpointRows,
)
from checkout_kit.services.ports.events import EventRows
from checkout_kit.services.ports.invoices import InboxRows, InvoiceRows, PaymentRows
from checkout_kit.services.ports.links import LinkRows
from checkout_kit.services.ports.mails import MailRows
from checkout_kit.services.ports.sealing import SealedRows
from checkout_kit.services.ports.settlements import OperationRows, SettlementRows
from checkout_kit.services.ports.upkeep import HealthRows
from checkout_kit.services.ports.withdrawals import WithdrawalRows


class UnitOfWork(Protocol):
    """One transaction; nothing is kept without a commit."""

    @property
    def api_keys(self) -> ApiKeyRows: ...
    @property
    def api_requests(self) -> ApiRequestRows: ...
    @property
    def campaigns(self) -> CampaignRows: ...
    @property
    def checkouts(self) -> CheckoutRows: ...
    @property
    def invoices(self) -> InvoiceRows: ...
    @property
    def payments(self) -> PaymentRows: ...
    @property
    def quotes(self) -> QuoteRows: ...
    @property
    def events(self) -> EventRows: ...
    @property
    def deliveries(self) -> DeliveryRows: ...
    @property
    def delivery_log(self) -> DeliveryLogRows: ...
    @property
    def endpoints(self) -> EndpointRows: ...
    @property
    def links(self) -> LinkRows: ...
    @property
    def mails(self) -> MailRows: ...
    @property
    def settlements(self) -> SettlementRows: ...
    @property
    def operations(self) -> OperationRows: ...
    @property
    def customers(self) -> CustomerRows: ...
    @property
    def withdrawals(self) -> WithdrawalRows: ...
    @property
    def inbox(self) -> InboxRows: ...
    @property
    def health(self) -> HealthRows: ...
    @property
    def sealed(self) -> SealedRows: ...
    def commit(self) -> None: ...


class UnitOfWorkFactory(Protocol):
    """Opens transactions."""

    def read(self) -> AbstractContextManager[UnitOfWork]: ...
    def write(self) -> AbstractContextManager[UnitOfWork]: ...
    def together(self) -> AbstractContextManager[UnitOfWork]: ...
    def is_fresh(
        self,
        token: str,
        version: int,
        now: datetime,
        *,
        not_checked_since: datetime,
        is_delivered: bool,
    ) -> bool: ...
    def find_caller(self, key_id: str, checkout_id: str) -> FoundCaller | None: ...
    def join(self, *, write: bool = True) -> AbstractContextManager[UnitOfWork]: ...
