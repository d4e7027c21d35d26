"""Proving: a buyer's proof of payment, handed on in his name."""

from __future__ import annotations

from checkout_kit import Invoice, Proof, ProviderRefused
from checkout_kit.http import FormFile
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.observing import can_prove
from checkout_kit_cryptocoin_pro.visits import VisitFinder


class ProofSender:
    """Uploads proofs to the order that waits for its payment.

    The order is the buyer's: the platform logs him in by its own key.
    """

    def __init__(self, client: CryptocoinProClient, visits: VisitFinder) -> None:
        self._client = client
        self._visits = visits

    def send(self, invoice: Invoice, proof: Proof) -> bool:
        """Hand a proof on.

        :raises ProviderRefused: if no order waits for one, or it is not taken.
        """
        purchases = self._visits.find([invoice])(invoice).purchases
        waiting = [found for found in purchases if can_prove(found.order)]
        if not waiting:
            raise ProviderRefused(
                self._client.provider, "no order waits for a proof of payment"
            )
        newest = max(waiting, key=lambda found: (found.order.created, found.order.id))
        file = FormFile(proof.content, proof.name, proof.kind.value)
        self._client.orders.send_proof(newest.order.id, file, user_id=newest.user_id)
        return True
