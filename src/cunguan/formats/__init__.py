"""Formats: bytes of the outside world to values and back; no I/O."""
