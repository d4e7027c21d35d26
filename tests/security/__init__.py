"""Attacks, each a test: see docs/security.md for the table of threats."""
