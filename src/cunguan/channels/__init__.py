"""Channels: one folder per bank; its words stop here."""
