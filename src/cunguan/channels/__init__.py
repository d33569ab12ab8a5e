"""Channels: one folder a bank; everything of one bank in its folder, nothing of it elsewhere."""
