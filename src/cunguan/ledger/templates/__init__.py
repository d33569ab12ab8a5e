"""Posting templates: one file a business event, the T-account drawn in its docstring."""
