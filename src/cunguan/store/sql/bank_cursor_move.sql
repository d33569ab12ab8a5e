-- bank_cursor_move: an account was read up to a line; it never goes back. Locks the account's own row.
INSERT INTO bank_cursor (channel, reference, number, at) VALUES (%(channel)s, %(reference)s, %(number)s, %(at)s)
ON CONFLICT (channel, reference) DO UPDATE SET number = greatest(bank_cursor.number, excluded.number), at = excluded.at
