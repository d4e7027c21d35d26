"""Banks of a user."""

from __future__ import annotations

from flask import Response

from ..books import new_id
from ..callers import (
    answer,
    answer_message,
    current_user,
    find_own,
    list_own,
    make_user_blueprint,
)
from ..documents.accounts import bank_document
from ..errors import refused
from ..forms import ALPHA_NUM, read_form
from ..listing import answer_list, fits
from ..market import FIATS
from ..people import Bank
from ..wiring import simulator

banks = make_user_blueprint("banks")


@banks.post("/bank")
def create_bank() -> tuple[Response, int]:
    """Bank Create."""
    form, books, user = read_form(), simulator().books, current_user()
    name = form.text("bankName")
    iban = form.text("iban", pattern=ALPHA_NUM)
    swift = form.text("swift", least=8, most=11, pattern=ALPHA_NUM)
    currency = form.text("currency", choices=FIATS)
    with books.lock:
        if any(bank.iban == iban for bank in books.banks):
            form.refuse("iban", "The iban has already been taken.")
        form.check()
        now = books.clock.now()
        bank = Bank(new_id(), user.id, name, iban, swift, currency, now)
        return answer(bank_document(books.banks.add(bank)), 201)


@banks.get("/bank")
def list_banks() -> tuple[Response, int]:
    """Bank Index."""
    books = simulator().books
    with books.lock:
        found = [
            bank
            for bank in list_own(books.banks)
            if fits("status", bank.status) and fits("currency", bank.currency)
        ]
        return answer_list(found, bank_document)


@banks.get("/bank/<bank_id>")
def get_bank(bank_id: str) -> tuple[Response, int]:
    """Bank Show."""
    with simulator().books.lock:
        return answer(bank_document(find_own(simulator().books.banks, bank_id)))


@banks.delete("/bank/<bank_id>")
def delete_bank(bank_id: str) -> Response:
    """Bank Destroy."""
    books = simulator().books
    with books.lock:
        bank = find_own(books.banks, bank_id)
        if any(order.payment_id == bank.id for order in books.orders):
            raise refused(403, "This bank has been already used in previous actions.")
        books.banks.remove(bank)
    return answer_message("This bank has been successfully deleted.")
