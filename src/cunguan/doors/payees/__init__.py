"""Payees: who stands behind a payee's hash, for the moment a bank must be told."""
