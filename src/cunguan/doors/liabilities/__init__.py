"""Proof of liabilities (负债证明): snapshots are taken and kept, clients get their proofs, attesters' statements are made and recorded."""
