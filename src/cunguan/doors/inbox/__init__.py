"""Inbox: what comes from banks, from the bytes to the books."""
