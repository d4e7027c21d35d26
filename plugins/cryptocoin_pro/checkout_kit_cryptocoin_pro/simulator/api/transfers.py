"""Transfers between users."""

from __future__ import annotations

from flask import Response

from ..callers import answer, current_user, make_user_blueprint
from ..documents.transfers import transfer_document
from ..errors import not_found, refused
from ..forms import read_form
from ..listing import answer_list
from ..market import COIN, TOKEN
from ..records import Transfer
from ..wiring import simulator

transfers = make_user_blueprint("transfers")

_SEND, _RECEIVE = "send", "receive"


@transfers.get("/transfer")
def list_transfers() -> tuple[Response, int]:
    """Transfer Index."""
    return _list("by_user_id", "from_user_id", "to_user_id")


@transfers.get("/transfer/by")
def list_transfers_by() -> tuple[Response, int]:
    """Transfer By."""
    return _list("by_user_id")


@transfers.get("/transfer/from")
def list_transfers_from() -> tuple[Response, int]:
    """Transfer From."""
    return _list("from_user_id")


@transfers.get("/transfer/to")
def list_transfers_to() -> tuple[Response, int]:
    """Transfer To."""
    return _list("to_user_id")


@transfers.post("/transfer")
def create_transfer() -> tuple[Response, int]:
    """Transfer Store."""
    form, parts, user = read_form(), simulator(), current_user()
    action = form.text("action", choices=(_SEND, _RECEIVE))
    amount = form.amount("amount")
    kind = form.text("type", choices=(COIN, TOKEN))
    symbol, name = form.text("symbol"), form.text("user")
    asset = parts.books.market.find(symbol) if symbol else None
    if symbol and (asset is None or asset.kind != kind):
        form.refuse("symbol", "The selected symbol is invalid.")
    with parts.books.lock:
        other = parts.books.user_by_any(name) if name else None
        if name and (other is None or other is user):
            form.refuse("user", "The selected user is invalid.")
        form.check()
        assert asset is not None and other is not None  # noqa: S101
        sender, target = (user, other) if action == _SEND else (other, user)
        made = parts.courier.open(user, sender, target, asset, amount)
        return answer(transfer_document(parts.books, made))


@transfers.get("/transfer/<transfer_id>")
def get_transfer(transfer_id: str) -> tuple[Response, int]:
    """Transfer Show."""
    books = simulator().books
    with books.lock:
        return answer(transfer_document(books, _find(transfer_id)))


@transfers.post("/transfer/<transfer_id>")
def confirm_transfer(transfer_id: str) -> tuple[Response, int]:
    """Transfer Confirm, by whose coins they are."""
    form, parts = read_form(), simulator()
    wallet = form.text("wallet", is_required=False)
    form.check()
    with parts.books.lock:
        transfer = _find(transfer_id)
        if transfer.from_user_id != current_user().id:
            raise refused(409, "This action is unauthorized.")
        parts.courier.confirm(transfer, wallet or None)
        return answer(transfer_document(parts.books, transfer))


def _list(*roles: str) -> tuple[Response, int]:
    books, user = simulator().books, current_user()
    with books.lock:
        found = [
            transfer
            for transfer in books.transfers
            if any(getattr(transfer, role) == user.id for role in roles)
        ]
        return answer_list(found, lambda t: transfer_document(books, t))


def _find(transfer_id: str) -> Transfer:
    transfer = simulator().books.transfers.get(transfer_id)
    people = (transfer.by_user_id, transfer.from_user_id, transfer.to_user_id)
    if current_user().id not in people:
        raise not_found()
    return transfer
