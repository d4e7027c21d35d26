"""KYC: what a user has to prove of himself before he may trade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit import ProviderProtocolError
from checkout_kit.http import Form, FormFile
from checkout_kit_cryptocoin_pro.answers import Kyc, Phone
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.schemas.account import KycSchema, PhoneSchema

KYC = "/kyc"


class KycResource(Resource):
    """The merchant's own KYC. Its answers hold personal data: no error quotes them."""

    def get(self) -> Kyc:
        """Look at the KYC (GET /user/{user}/kyc)."""
        return self._kyc(self._transport.call("GET", KYC), "GET /user/{user}/kyc")

    def create(self, fields: Mapping[str, str], files: Mapping[str, FormFile]) -> Kyc:
        """Send all of it at once (POST /user/{user}/kyc).

        Names are the document's, such as ``country`` and ``edd[fundsSource]``.
        """
        answer = self._transport.call("POST", KYC, form=Form(fields, files))
        return self._kyc(answer, "POST /user/{user}/kyc")

    def create_personal_data(
        self, *, first_name: str, last_name: str, date_of_birth: str
    ) -> None:
        """Send name and birthday (POST /user/{user}/kyc/personal-data)."""
        body = {
            "firstName": first_name,
            "lastName": last_name,
            "dateOfBirth": date_of_birth,
        }
        self._transport.call("POST", f"{KYC}/personal-data", payload=body)

    def create_address(
        self, fields: Mapping[str, str], utility_bill: FormFile | None = None
    ) -> None:
        """Send an address (POST /user/{user}/kyc/address).

        :param fields: ``country``, ``city``, ``zip`` and ``street``.
        """
        files = {"utilityBill": utility_bill} if utility_bill is not None else {}
        self._transport.call("POST", f"{KYC}/address", form=Form(fields, files))

    def create_document(self, kind: str, file: FormFile) -> Kyc:
        """Send a document (POST /user/{user}/kyc/document)."""
        form = Form({"type": kind}, {"file": file})
        answer = self._transport.call("POST", f"{KYC}/document", form=form)
        return self._kyc(answer, "POST /user/{user}/kyc/document")

    def schedule_video(self, date: str) -> Kyc:
        """Arrange a video call (POST /user/{user}/kyc/video).

        :param date: such as ``2026-12-30 12:00:00``.
        """
        answer = self._transport.call("POST", f"{KYC}/video", payload={"date": date})
        return self._kyc(answer, "POST /user/{user}/kyc/video")

    def create_due_diligence(
        self, fields: Mapping[str, str], files: Mapping[str, FormFile]
    ) -> Kyc:
        """Send the enhanced due diligence (POST /user/{user}/kyc/edd)."""
        answer = self._transport.call("POST", f"{KYC}/edd", form=Form(fields, files))
        return self._kyc(answer, "POST /user/{user}/kyc/edd")

    def add_phone(self, phone: str) -> Phone:
        """Add a phone number (POST /user/{user}/kyc/phone/add)."""
        return self._phone("add", {"phone": phone})

    def verify_phone(self, code: str) -> Phone:
        """Verify it by a code (POST /user/{user}/kyc/phone/verify)."""
        return self._phone("verify", {"code": code})

    def reverify_phone(self) -> Phone:
        """Have the code sent again (POST /user/{user}/kyc/phone/reverify)."""
        return self._phone("reverify", None)

    def _phone(self, action: str, body: Any) -> Phone:
        answer = self._transport.call("POST", f"{KYC}/phone/{action}", payload=body)
        where = f"POST /user/{{user}}/kyc/phone/{action}"
        try:
            phone: Phone = self._answers.read(PhoneSchema(), answer, where)
        except ProviderProtocolError as err:
            raise self._answers.odd(err.problem, None, is_private=True) from None
        return phone

    def _kyc(self, answer: Any, where: str) -> Kyc:
        try:
            kyc: Kyc = self._answers.read(KycSchema(), answer, where)
        except ProviderProtocolError as err:
            raise self._answers.odd(err.problem, None, is_private=True) from None
        return kyc
