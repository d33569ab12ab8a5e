"""Cunguan (存管): an open-source fund custody system."""

__version__ = "0.1.0"
