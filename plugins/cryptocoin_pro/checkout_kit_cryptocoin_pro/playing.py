"""Playing: the simulator's buyer, for the page's test mode."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit import Invoice, Money, NotSupported, ProviderRefused
from checkout_kit.http import ApiClient
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.refusals import read_messages

_DEPOSITS: Mapping[str, tuple[int, str]] = {
    # Tenths of the amount, and the simulator's scenario.
    "exact": (10, "exact"),
    "less": (9, "exact"),
    "more": (11, "exact"),
    "late": (10, "late"),
}


class Buyer:
    """Pays by the simulator's control API."""

    def __init__(self, settings: CryptocoinProSettings, provider: str) -> None:
        self._control = ApiClient(
            provider,
            str(settings.control_url),
            read_messages=read_messages,
            limits=settings.limits,
            allow_plain_http=True,
        )

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._control.close()

    def pay(self, invoice: Invoice, scenario: str) -> bool:
        """Play a scenario.

        :raises NotSupported: if the simulator has none for this invoice.
        """
        try:
            if invoice.instructions is not None:
                self._deposit(invoice, scenario)
            else:
                self._visit(invoice, scenario)
        except ProviderRefused as err:
            raise NotSupported(err.problem) from err
        return True

    def _deposit(self, invoice: Invoice, scenario: str) -> None:
        if scenario not in _DEPOSITS or invoice.instructions is None:
            raise NotSupported(f"the simulator has no scenario {scenario!r}")
        tenths, name = _DEPOSITS[scenario]
        amount = Money.round_up(
            invoice.amount.fraction * tenths / 10, invoice.amount.currency
        )
        body = {
            "address": invoice.instructions.address,
            "amount": amount.to_text(),
            "scenario": name,
        }
        self._control.post("/deposits", body)

    def _visit(self, invoice: Invoice, scenario: str) -> None:
        if scenario != "exact":
            raise NotSupported("on the provider's page there is only one amount")
        listed = self._control.get("/checkouts").data["checkouts"]
        found = [c for c in listed if c["requestId"] == invoice.reference]
        if not found:
            raise NotSupported("open the provider's page first: its link pays this")
        self._control.post(f"/checkouts/{found[0]['id']}/pay", {"outcome": "approve"})
