"""Schemas: the API's answers, read into the objects of ``answers``."""
