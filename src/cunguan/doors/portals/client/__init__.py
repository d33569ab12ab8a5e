"""The client's portal (客户门户)."""
