"""Deposit details: what a buyer copies into a wallet, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from checkout_kit.domain.invoice import DepositInstructions, Invoice
from checkout_kit.web.amounts import format_asset
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.qr import draw_qr
from checkout_kit.web.text import clean, wallet_link

#: How many characters at either end of an address are set off, to compare them by eye.
_EDGE = 6


@dataclass(frozen=True, slots=True)
class CopyField:
    """A value with its label; ``value`` is exactly what the copy button copies."""

    id: str
    label: str
    value: str
    copy_label: str
    unit: str = ""
    is_long: bool = False

    @property
    def parts(self) -> tuple[str, str, str]:
        """The value cut into its beginning, middle and end."""
        if not self.is_long or len(self.value) <= 3 * _EDGE:
            return "", self.value, ""
        return self.value[:_EDGE], self.value[_EDGE:-_EDGE], self.value[-_EDGE:]


@dataclass(frozen=True, slots=True)
class Deposit:
    """What to send, where, and what to write on it.

    ``memo_warning`` is given where money without the memo or tag can't be matched.
    ``qr_note`` tells what the code does not hold.
    """

    method_name: str
    network: str
    amount: CopyField
    address: CopyField
    memos: tuple[CopyField, ...]
    memo_title: str | None
    memo_warning: str | None
    network_warning: str
    qr: Markup | None
    qr_note: str
    wallet_uri: str | None


def present_deposit(invoice: Invoice) -> Deposit | None:
    """Write out an invoice's deposit instructions, if it has any."""
    instructions = invoice.instructions
    if instructions is None:
        return None
    code = instructions.amount.currency.code
    network = clean(invoice.method.network_name or instructions.network)
    payload = instructions.payment_uri or instructions.address
    memos = _memos(instructions)
    return Deposit(
        method_name=clean(invoice.method.name),
        network=network,
        amount=CopyField(
            id="amount",
            label=_("Amount"),
            value=instructions.amount.to_text(),
            copy_label=_("Copy amount"),
            unit=code,
        ),
        address=CopyField(
            id="address",
            label=_("Address"),
            value=instructions.address,
            copy_label=_("Copy address"),
            is_long=True,
        ),
        memos=memos,
        memo_title=_memo_title(instructions),
        memo_warning=_memo_warning(instructions),
        network_warning=_(
            "Send only %(code)s on %(network)s. "
            "Anything else cannot be matched to your order.",
            code=code,
            network=network,
        ),
        qr=draw_qr(
            payload,
            title=_("QR code to pay %(amount)s", amount=_amount(instructions)),
            description=_("It holds the same details as the fields on this page.")
            if instructions.payment_uri
            else _("It holds the address only."),
        ),
        qr_note=_qr_note(instructions),
        wallet_uri=wallet_link(instructions.payment_uri),
    )


def deadline_of(invoice: Invoice) -> datetime:
    """Until when an invoice is to be paid: the earlier of what is known."""
    instructions = invoice.instructions
    if instructions is None or instructions.expires_at is None:
        return invoice.expires_at
    return min(instructions.expires_at, invoice.expires_at)


def _amount(instructions: DepositInstructions) -> str:
    return format_asset(instructions.amount)


def _memos(instructions: DepositInstructions) -> tuple[CopyField, ...]:
    fields = []
    if instructions.destination_tag is not None:
        fields.append(
            CopyField(
                id="destination-tag",
                label=_("Destination tag"),
                value=str(instructions.destination_tag),
                copy_label=_("Copy destination tag"),
            )
        )
    if instructions.memo is not None:
        kind = clean(instructions.memo_type or "")
        fields.append(
            CopyField(
                id="memo",
                label=_("Memo (type: %(kind)s)", kind=kind) if kind else _("Memo"),
                value=instructions.memo,
                copy_label=_("Copy memo"),
            )
        )
    return tuple(fields)


def _memo_title(instructions: DepositInstructions) -> str | None:
    if instructions.destination_tag is not None:
        return _("The destination tag is required")
    return _("The memo is required") if instructions.memo is not None else None


def _memo_warning(instructions: DepositInstructions) -> str | None:
    if instructions.destination_tag is not None:
        return _(
            "Enter this destination tag in your wallet. Money sent without it "
            "cannot be matched to your order and may be lost."
        )
    if instructions.memo is not None:
        return _(
            "Enter this memo in your wallet. Money sent without it "
            "cannot be matched to your order and may be lost."
        )
    return None


def _qr_note(instructions: DepositInstructions) -> str:
    if instructions.payment_uri:
        return _("Scan with your wallet")
    if instructions.destination_tag is not None:
        return _("Address only: add the amount and the tag yourself")
    if instructions.memo is not None:
        return _("Address only: add the amount and the memo yourself")
    return _("Address only: add the amount yourself")
