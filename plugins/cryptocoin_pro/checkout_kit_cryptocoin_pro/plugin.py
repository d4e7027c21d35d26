"""The CryptoCoin.pro plugin: the kit's provider hooks, answered by its API."""

from __future__ import annotations

from checkout_kit import ProviderContext
from checkout_kit_cryptocoin_pro.config import (
    CryptocoinProSettings,
    CryptocoinProSettingsSchema,
)


class CryptocoinProPlugin:
    """Takes crypto that it sells to fiat, or sends buyers to the provider's page."""

    settings_schema = CryptocoinProSettingsSchema

    def __init__(
        self, settings: CryptocoinProSettings, context: ProviderContext
    ) -> None:
        self.name = context.name
        self._settings = settings
