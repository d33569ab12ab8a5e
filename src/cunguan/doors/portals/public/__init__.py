"""The public pages (公示页)."""
