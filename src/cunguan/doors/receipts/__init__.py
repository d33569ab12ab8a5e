"""Receipts (存证回执): made for clients and platforms, months of accounts, and the page that checks them without us."""
