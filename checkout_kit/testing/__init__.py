"""For tests: a shop's bench, a clock, the conformance kit and what it is made of.

Load it with ``pytest_plugins = ["checkout_kit.testing"]`` in the top ``conftest.py``,
so that the score card is printed (``docs/writing_a_plugin.md``). It may be imported
before that all the same: PYTEST_DONT_REWRITE this module, only the scenarios' asserts.
"""

import pytest

# Before they are imported: their asserts then tell what was found.
for _name in (
    "amount",
    "answer",
    "course",
    "fault",
    "market",
    "recovery",
    "settlement",
    "treasury",
    "webhook",
):
    pytest.register_assert_rewrite(f"checkout_kit.testing.{_name}_scenarios")
pytest.register_assert_rewrite("checkout_kit.testing.scene")

from checkout_kit import NotSupported  # noqa: E402
from checkout_kit.testing.bench import (  # noqa: E402
    SHORT_DEADLINE,
    Bench,
    Fault,
    Memo,
    ProviderUnderTest,
    Spoil,
)
from checkout_kit.testing.clock import FakeClock  # noqa: E402
from checkout_kit.testing.conformance import (  # noqa: E402
    ProviderConformance,
    SettlerConformance,
)
from checkout_kit.testing.fixtures import (  # noqa: E402
    checkout_bench,
    checkout_provider,
)
from checkout_kit.testing.loopback import (  # noqa: E402
    LoopbackServer,
    WebhookRecorder,
)
from checkout_kit.testing.operation import MemoryOperation  # noqa: E402
from checkout_kit.testing.score_card import (  # noqa: E402
    pytest_configure,
    pytest_runtest_call,
    pytest_runtest_makereport,
)
from checkout_kit.testing.shop_bench import HandlerFailed, ShopBench  # noqa: E402

__all__ = [
    "SHORT_DEADLINE",
    "Bench",
    "FakeClock",
    "Fault",
    "HandlerFailed",
    "LoopbackServer",
    "Memo",
    "MemoryOperation",
    "NotSupported",
    "ProviderConformance",
    "ProviderUnderTest",
    "SettlerConformance",
    "ShopBench",
    "Spoil",
    "WebhookRecorder",
    "checkout_bench",
    "checkout_provider",
    "pytest_configure",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
]
