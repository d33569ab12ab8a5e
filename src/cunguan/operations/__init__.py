"""Operations: one file a custody instruction; the table of contents of what the system can do."""
