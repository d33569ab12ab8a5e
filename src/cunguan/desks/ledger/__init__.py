"""Ledger desk: the schema of the books, applied by migrations; its tables are written by the plane alone."""
