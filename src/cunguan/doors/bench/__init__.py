"""Bench: how fast the books are, as ratios within one run; never a timed test."""
