"""KYC: what a user shows of himself, piece by piece or all at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

from flask import Response, jsonify

from ..books import new_code
from ..callers import answer, current_token, current_user, make_user_blueprint, reason
from ..countries import COUNTRY_CODES
from ..documents.kyc import EDD_CHOICES, kyc_document, missing_parts
from ..documents.numbers import unix
from ..errors import refused
from ..forms import ALPHA_DASH, ALPHA_NUM, ALPHA_SPACE, DIGITS, Form, read_form
from ..kyc_records import DOCUMENTS, PENDING, Kyc, Phone
from ..wiring import simulator

kyc = make_user_blueprint("kyc")

_DAY = timedelta(days=1)
_FILES_A_DAY = 20
_FRONT, _BACK, _PASSPORT, *_OTHERS = DOCUMENTS


@kyc.get("/kyc")
def get_kyc() -> tuple[Response, int]:
    """KYC Show."""
    return _answer_kyc()


@kyc.post("/kyc")
def create_kyc() -> tuple[Response, int]:
    """KYC Create."""
    form, state = read_form(), _kyc()
    _check_asked("address", "documents", "video", "enhancedDueDiligence", text="KYC is")
    address = _read_address(form, is_strict=False)
    has_passport = form.has(f"documents.{_PASSPORT}")
    files = [
        name
        for name in DOCUMENTS
        if form.file(
            f"documents.{name}",
            is_required=name in (_FRONT, _BACK) and not has_passport,
        )
    ]
    edd = _read_edd(form, "edd.", is_required=False)
    form.check()
    with simulator().books.lock:
        _set_address(state, address)
        for name in files:
            _add_document(state, name)
        if edd:
            _set_edd(state, edd)
        return _answer_kyc(201)


@kyc.post("/kyc/personal-data")
def create_personal_data() -> tuple[Response, int]:
    """KYC Create Personal Data, which answers `null`."""
    form, state = read_form(), _kyc()
    names = [form.text(n, pattern=ALPHA_SPACE) for n in ("firstName", "lastName")]
    birthday = form.birthday("dateOfBirth", simulator().clock.now().date())
    form.check()
    with simulator().books.lock:
        state.first_name, state.last_name = names
        state.birthday, state.personal_status = birthday, PENDING
    return jsonify(None), 201


@kyc.post("/kyc/address")
def create_address() -> tuple[Response, int]:
    """KYC Create Address, which answers `null`."""
    form, state = read_form(), _kyc()
    _check_asked("address", text="KYC Address is")
    address = _read_address(form, is_strict=True)
    has_bill = form.file("utilityBill", is_required=False, takes_pdf=True)
    form.check()
    with simulator().books.lock:
        _set_address(state, address)
        if has_bill:
            _add_document(state, "utilityBill")
    return jsonify(None), 200


@kyc.post("/kyc/document")
def create_document() -> tuple[Response, int]:
    """KYC Create Document."""
    form, state = read_form(), _kyc()
    _check_asked("documents", text="KYC Docs are")
    kind = form.text("type", choices=DOCUMENTS)
    form.file("file", takes_pdf=True)
    form.check()
    with simulator().books.lock:
        _add_document(state, kind)
    return _answer_kyc()


@kyc.post("/kyc/video")
def create_video() -> tuple[Response, int]:
    """KYC Create Video."""
    form, state, now = read_form(), _kyc(), simulator().clock.now()
    _check_asked("video", text="KYC Video is")
    text = form.text("date")
    if text:
        try:
            moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
            if moment.replace(tzinfo=timezone.utc) < now:
                form.refuse("date", "The date must be a date after or equal to now.")
        except ValueError:
            form.refuse("date", "The date does not match the format Y-m-d H:i:s.")
        else:
            # Nobody works at night.
            if not form.errors and not 8 <= moment.hour < 18:
                unavailable = "Selected date is invalid due admins unavailability."
                raise refused(421, unavailable)
    form.check()
    state.video_at, state.video_status = text, PENDING
    return _answer_kyc()


@kyc.post("/kyc/edd")
def create_edd() -> tuple[Response, int]:
    """KYC Create EDD."""
    form, state = read_form(), _kyc()
    _check_asked("enhancedDueDiligence", text="KYC EDD is")
    edd = _read_edd(form, "", is_required=True)
    form.check()
    with simulator().books.lock:
        _set_edd(state, edd)
    return _answer_kyc()


@kyc.post("/kyc/phone/add")
def add_phone() -> tuple[Response, int]:
    """KYC Create Phone."""
    form, state, books = read_form(), _kyc(), simulator().books
    if state.phone is not None:
        _check_phone(state)
        raise reason(423, "You already submit your phone number.")
    number = form.text("phone", least=7, most=15, pattern=DIGITS)
    form.check()
    with books.lock:
        state.phone = Phone(f"+{number}", books.clock.now(), new_code())
        _send_sms(state.phone)
    return _answer_phone(state.phone)


@kyc.post("/kyc/phone/verify")
def verify_phone() -> tuple[Response, int]:
    """KYC Phone Verify."""
    form, state = read_form(), _kyc()
    _check_phone(state)
    code = form.text("code")
    known = state.phone.code if state.phone else ""
    is_same = secrets.compare_digest(known.encode(), code.encode())
    if code and not (known and is_same):
        form.refuse("code", "The selected Code is invalid.")
    form.check()
    assert state.phone is not None  # noqa: S101
    state.phone.is_verified = True
    return _answer_phone(state.phone)


@kyc.post("/kyc/phone/reverify")
def reverify_phone() -> tuple[Response, int]:
    """KYC Phone Reverify."""
    state, books = _kyc(), simulator().books
    _check_phone(state)
    if state.phone is None:
        raise reason(423, "The phone number is missing.")
    now = books.clock.now()
    if state.phone.resent_at is not None and now - state.phone.resent_at < _DAY:
        raise refused(403, "You can resubmit phone verification once per day.")
    with books.lock:
        state.phone.resent_at, state.phone.code = now, new_code()
        _send_sms(state.phone)
    return _answer_phone(state.phone)


def _kyc() -> Kyc:
    return current_user().kyc


def _answer_kyc(status: int = 200) -> tuple[Response, int]:
    with simulator().books.lock:
        return answer(kyc_document(current_user(), current_token().value), status)


def _answer_phone(phone: Phone) -> tuple[Response, int]:
    status = int(phone.is_verified)
    created = unix(phone.created_at)
    return answer({"phone": phone.number, "status": status, "createdAt": created})


def _check_asked(*names: str, text: str) -> None:
    """Refuse what is not asked for.

    :raises ApiError: 423, when none of the parts is missing.
    """
    if not set(names) & set(missing_parts(current_user())):
        raise reason(423, f"The {text} not required at this point for current user.")


def _check_phone(state: Kyc) -> None:
    if state.phone is not None and state.phone.is_verified:
        raise reason(423, "The phone number is already verified.")


def _send_sms(phone: Phone) -> None:
    simulator().books.mail(phone.number, "SMS code", phone.code)


def _read_address(form: Form, *, is_strict: bool) -> tuple[str, str, str, str]:
    return (
        form.text("country", choices=COUNTRY_CODES),
        form.text("city", pattern=ALPHA_DASH if is_strict else None),
        form.text("zip", least=4, most=10, pattern=ALPHA_NUM),
        form.text("street"),
    )


def _set_address(state: Kyc, address: tuple[str, str, str, str]) -> None:
    state.country, state.city, state.zip, state.street = address
    state.address_status = PENDING


def _add_document(state: Kyc, name: str) -> None:
    """Note a file that came, within the limit of a day.

    :raises ApiError: when too many came.
    """
    today = simulator().clock.now().date().isoformat()
    state.uploaded_on = [day for day in state.uploaded_on if day == today]
    if len(state.uploaded_on) >= _FILES_A_DAY:
        raise refused(403, "You have reach the maximum number of files uploaded/day.")
    state.uploaded_on.append(today)
    state.documents[name] = PENDING


def _read_edd(form: Form, prefix: str, *, is_required: bool) -> dict[str, str]:
    """Read the enhanced due diligence; "other" asks for a text beside it."""
    answers: dict[str, str] = {}
    for name, choices in EDD_CHOICES.items():
        given = form.text(prefix + name, is_required=is_required, choices=choices)
        answers[name] = given
        if not name.startswith("transactionsNature"):
            other = form.text(f"{prefix}{name}Other", is_required=given == "other")
            answers[f"{name}Other"] = other
    for name in ("fundsSourceFile", "fundsOriginFile"):
        if form.file(prefix + name, is_required=is_required):
            answers[name] = f"https://files.example.com/{name}"
    return {name: value for name, value in answers.items() if value}


def _set_edd(state: Kyc, answers: dict[str, Any]) -> None:
    state.edd = answers
    state.edd_at = simulator().clock.now()
