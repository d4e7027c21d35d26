"""The plugin passes every scenario of the conformance kit."""

from collections.abc import Iterator

import pytest
from checkout_kit.testing import ProviderConformance, ProviderUnderTest

from provider_bench import ProviderBench


class TestPlugin(ProviderConformance):
    @pytest.fixture
    def provider(self) -> Iterator[ProviderUnderTest]:
        bench = ProviderBench()
        yield bench.under_test()
        bench.close()
