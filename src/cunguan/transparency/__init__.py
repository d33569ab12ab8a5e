"""Transparency shelf (可验证留痕): the log's tree, tiles, notes, leaves and proofs, and witnesses' rules; no I/O. Read by who verifies."""
