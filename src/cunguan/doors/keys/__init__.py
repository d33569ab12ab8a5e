"""The installation's keys: rotated, wrapped anew, destroyed under two names (docs/keys.md)."""
