"""Ledger shelf: chart, posting templates, book, claims, schedules, trial balance. Read by accountants."""
