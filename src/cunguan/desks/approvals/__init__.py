"""Approvals (经办与复核): acts of the custodian that need more than one person, and the signatures under them."""
