"""Outlets: the ways that events leave the kit over the network, a module for each."""
