"""Users: from the first sign-up to the closing of the account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import Response, jsonify, request

from ..books import new_code
from ..callers import (
    answer,
    answer_message,
    check_user,
    current_token,
    current_user,
    make_blueprint,
    reason,
)
from ..countries import COUNTRY_CODES
from ..documents.market import balances_document
from ..documents.people import created_user_document, profile_document
from ..errors import refused
from ..forms import (
    ALPHA_DASH,
    ALPHA_NUM,
    ALPHA_SPACE,
    DIGITS,
    EMAIL,
    URL,
    Form,
    read_form,
)
from ..kyc_records import PENDING, Phone
from ..people import PlatformLink, User
from ..wiring import simulator
from .currencies import find_asset

users = make_blueprint("users", "/user")

_DAY = timedelta(days=1)
_BALANCE = "Self Delete Account procedure unavailable due available balance"


@users.post("")
def create_user() -> tuple[Response, int]:
    """User Create."""
    form, books = read_form(), simulator().books
    now = books.clock.now()
    with books.lock:
        link = _read_link(form, now)
        email = form.text("email", pattern=EMAIL)
        if email and books.user_by_email(email) is not None:
            form.refuse("email", "The email has already been taken.")
        password = form.text("password", is_required=link is None, least=8)
        names = [form.text(n, pattern=ALPHA_SPACE) for n in ("firstName", "lastName")]
        birthday = form.birthday("dateOfBirth", now.date())
        phone = form.text("phone", is_required=False, least=7, most=15, pattern=DIGITS)
        address = _read_address(form)
        redirect_to = form.text("redirectTo", is_required=False, pattern=URL)
        form.check()
        user = books.add_user(email, password or None)
        user.kyc.first_name, user.kyc.last_name = names
        user.kyc.birthday, user.kyc.personal_status = birthday, PENDING
        user.kyc.country, user.kyc.city, user.kyc.zip, user.kyc.street = address
        if phone:
            user.kyc.phone = Phone(f"+{phone}", now, new_code())
        if link is not None:
            user.links.append(link)
        send_email_code(user)
        meta = {
            "redirectTo": redirect_to or f"{request.url_root}api/v1/",
            "registerType": "linked" if link else "standard",
        }
        return answer(created_user_document(user), 201, meta=meta)


@users.post("/verify")
def verify_email() -> Response:
    """User Email Verify."""
    form, books = read_form(), simulator().books
    code = form.text("code", pattern=ALPHA_NUM)
    with books.lock:
        user = _read_user(form)
        if user.is_active:
            raise reason(423, "The user account is already active.", as_error=True)
        if code and not secrets.compare_digest(user.email_code.encode(), code.encode()):
            form.refuse("code", "The selected Code is invalid.")
        form.check()
        user.is_active = True
    return answer_message("User account successfully verified.")


@users.post("/reverify")
def reverify_email() -> Response:
    """User Email Reverify."""
    form, books = read_form(), simulator().books
    with books.lock:
        user = _read_user(form)
        if user.is_active:
            raise reason(423, "The user account is already active.", as_error=True)
        if _is_within_a_day(user.email_sent_at):
            raise refused(403, "You can resubmit email verification once per day.")
        user.email_sent_at = books.clock.now()
        send_email_code(user)
    return answer_message("Email resended.")


@users.post("/forgot-password")
def forgot_password() -> Response:
    """User Forgot Password."""
    form, books = read_form(), simulator().books
    email = form.text("email", most=255)
    form.text("type", is_required=False, choices=("text", "link"))
    with books.lock:
        user = books.user_by_email(email) if email else None
        if email and user is None:
            form.refuse("email", "The email was not found.")
        form.check()
        assert user is not None  # noqa: S101
        user.reset_token = secrets.token_hex(20)
        books.mail(user.email, "Password reset", user.reset_token)
    return jsonify(data={"message": "The password reset process has started."})


@users.post("/reset-password")
def reset_password() -> Response:
    """User Reset Password."""
    form, books = read_form(), simulator().books
    email, token = form.text("email", most=255), form.text("token", most=255)
    password = form.text("password", least=8)
    with books.lock:
        user = books.user_by_email(email) if email else None
        known = user.reset_token if user else ""
        is_same = secrets.compare_digest(known.encode(), token.encode())
        if token and not (known and is_same):
            form.refuse("token", "The token is invalid.")
        form.check()
        assert user is not None  # noqa: S101
        user.password, user.reset_token = password, ""
        books.sessions.close_all(user.id)
        books.note(user, "password_reset", request.remote_addr)
    return jsonify(data={"message": "The password has been successfully changed."})


@users.get("/<user>")
def get_profile(user: str) -> tuple[Response, int]:
    """User Profile."""
    check_user()
    books = simulator().books
    with books.lock:
        profile = profile_document(books, current_user(), current_token().value)
        return answer(profile)


@users.get("/<user>/balances")
@users.get("/<user>/balances/<asset>")
def get_balances(user: str, asset: str | None = None) -> tuple[Response, int]:
    """User Balances, of all assets or one."""
    check_user()
    books = simulator().books
    with books.lock:
        wanted = find_asset(asset) if asset else None
        return answer(balances_document(books, current_user().id, wanted))


@users.post("/<user>/account/close/initiate")
def initiate_closing(user: str) -> Response:
    """User Self Delete Initiate."""
    check_user()
    form, books, own = read_form(), simulator().books, current_user()
    password = form.text("password")
    form.check()
    with books.lock:
        if own.closing_at is not None:
            raise refused(410, "Your account is already scheduled for Self Delete.")
        known = (own.password or "").encode()
        if not secrets.compare_digest(known, password.encode()):
            form.refuse("password", "The password is incorrect.")
        form.check()
        if books.has_money(own.id):
            raise refused(412, _BALANCE)
        if _is_within_a_day(own.closing_asked_at):
            raise refused(425, "You can request Self Delete Account once per day.")
        own.closing_asked_at = books.clock.now()
        books.mail(own.email, "Self Delete Account", own.id)
    text = "Self Delete Account procedure initiated. "
    return answer_message(text + "Please check your Email for confirmation.")


@users.post("/<user>/account/close/abort")
def abort_closing(user: str) -> Response:
    """User Self Delete Abort."""
    check_user()
    books, own = simulator().books, current_user()
    with books.lock:
        if own.closing_at is None:
            raise refused(410, "Your account is not scheduled for Self Delete.")
        if books.has_money(own.id):
            raise refused(412, _BALANCE)
        own.closing_at = None
    return answer_message("Self Delete Account procedure aborted.")


def send_email_code(user: User) -> None:
    """Send a user the code that makes him active."""
    user.email_code = new_code()
    simulator().books.mail(user.email, "Email verification", user.email_code)


def _read_link(form: Form, now: datetime) -> PlatformLink | None:
    """Read for which platform, and under which name there, a user signs up."""
    platform_id = form.text("platform.id", is_required=False)
    user_id = form.text("platform.userId", is_required=bool(platform_id))
    email = form.text("platform.email", is_required=False, pattern=EMAIL)
    username = form.text("platform.username", is_required=False, pattern=ALPHA_DASH)
    form.text("platform.referralId", is_required=False, pattern=ALPHA_DASH)
    if not platform_id:
        return None
    found = simulator().books.platforms.find(platform_id)
    if found is None:
        form.refuse("platform.id", "The selected platform.id is invalid.")
        return None
    return PlatformLink(found.id, user_id, email, username, now)


def _read_address(form: Form) -> tuple[str | None, str, str | None, str]:
    country = form.text("address.country", is_required=False, choices=COUNTRY_CODES)
    code = form.text(
        "address.zip", is_required=False, least=4, most=10, pattern=ALPHA_NUM
    )
    city = form.text("address.city", is_required=False)
    street = form.text("address.street", is_required=False)
    return country or None, city, code or None, street


def _read_user(form: Form) -> User:
    """Read whom a request without a token is about: an id or an e-mail address."""
    user_id = form.text("id", is_required=False)
    email = form.text("email", is_required=not user_id)
    books = simulator().books
    found = books.users.find(user_id) if user_id else books.user_by_email(email)
    if found is None and (user_id or email):
        name = "id" if user_id else "email"
        form.refuse(name, f"The selected {name} is invalid.")
    if found is None:
        form.check()
    assert found is not None  # noqa: S101
    return found


def _is_within_a_day(moment: datetime | None) -> bool:
    return moment is not None and simulator().books.clock.now() - moment < _DAY
