"""Parties (各方档案): who is who: clients and their evidence, platforms and their contracts, staff, regulators, auditors."""
