"""The configuration: every ``CHECKOUT_KIT_`` key, read and checked once."""

from checkout_kit.config.configuration import Configuration, read_configuration

__all__ = ["Configuration", "read_configuration"]
