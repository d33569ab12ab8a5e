-- bank_entries_reading: where the entries of a statement stay while it is read; gone with the transaction.
CREATE TEMPORARY TABLE IF NOT EXISTS bank_entry_reading (LIKE bank_entry) ON COMMIT DROP
