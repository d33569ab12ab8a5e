"""Persons: who stands behind a client's reference: kept under his own key, shown masked, shredded by two people."""
