"""Reconciliation: compares what two sides say of the same thing, and names each difference; no I/O."""
