"""Selling without an order: pages of signed offers, payment links and the till."""
