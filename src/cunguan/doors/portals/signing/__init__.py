"""The page where a client confirms (客户确认页): what he sees is what he signs."""
