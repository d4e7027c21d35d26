"""The client: every call of the provider's API, with checked answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkout_kit import ProviderProtocolError
from checkout_kit.http import ApiClient, Limits
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate


class Answer(Schema):
    """An answer may say more than its document does, never less."""

    class Meta:
        unknown = EXCLUDE


def amount_field() -> fields.String:
    """A number of lumens as text."""
    return fields.String(required=True, validate=validate.Regexp(r"\d{1,12}\.\d{7}\Z"))


class Price(Answer):
    """GET /price."""

    dollars = amount_field()


class Invoice(Answer):
    """PUT /invoices/{key}."""

    id = fields.String(required=True)
    account = fields.String(required=True)
    memo = fields.String(required=True)
    amount = amount_field()
    expires = fields.AwareDateTime(required=True)


class Deposit(Answer):
    """One element of GET /deposits; a status that we don't know is an error."""

    id = fields.String(required=True)
    invoice = fields.String(required=True, allow_none=True)
    asset = fields.String(required=True)
    amount = amount_field()
    status = fields.String(
        required=True, validate=validate.OneOf(["seen", "final", "gone"])
    )
    time = fields.AwareDateTime(required=True)


class Deposits(Answer):
    """GET /deposits."""

    deposits = fields.List(fields.Nested(Deposit), required=True)


class Client:
    """Speaks with the provider; whatever fails is a ProviderError of the right kind."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        api_key: str,
        *,
        timeout: float,
        test_mode: bool,
    ) -> None:
        self._provider = provider
        self._api = ApiClient(
            provider,
            base_url,
            auth=lambda method, target, body: {"Authorization": f"Bearer {api_key}"},
            secrets=[api_key],
            limits=Limits(read=timeout, total=timeout),
            allow_plain_http=test_mode,
        )

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._api.close()

    def get_price(self) -> str:
        """What one lumen is worth in dollars."""
        price: str = self._read(Price(), self._api.get("/price").data)["dollars"]
        return price

    def put_invoice(self, key: str, amount: str) -> dict[str, Any]:
        """Make an invoice; the same key gives the same one."""
        made: dict[str, Any] = self._read(
            Invoice(),
            self._api.request(
                "PUT", f"/invoices/{key}", payload={"amount": amount}, idempotent=True
            ).data,
        )
        return made

    def get_deposits(self) -> Sequence[dict[str, Any]]:
        """All deposits, of whatever invoice or none."""
        found: Sequence[dict[str, Any]] = self._read(
            Deposits(), self._api.get("/deposits").data
        )["deposits"]
        return found

    def _read(self, schema: Schema, data: object) -> Any:
        """Nothing of an answer is used before all of it is checked."""
        try:
            return schema.load(data)  # type: ignore[arg-type]
        except ValidationError as err:
            raise ProviderProtocolError(
                self._provider,
                "an answer is not as documented",
                evidence=str(err.messages),
            ) from None
