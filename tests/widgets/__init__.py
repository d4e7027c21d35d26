"""Tests of the widgets: their files, their page of a till, and a real browser."""
