"""Kernel: the words everyone uses; no I/O, no clock, no framework."""
