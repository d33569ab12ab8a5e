"""Reconciliation: the day's run over all platforms, the breaks it finds, and what people do about them."""
