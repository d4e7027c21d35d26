"""Schemas: what requests hold and answers say, a module for each kind of object."""
