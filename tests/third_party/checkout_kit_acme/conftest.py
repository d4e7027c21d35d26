"""The conformance kit, which prints its score card at the end."""

pytest_plugins = ["checkout_kit.testing"]
