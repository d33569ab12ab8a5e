-- bank_file_take: take a file to read it; nothing when somebody else reads it or has read it. Locks its row.
SELECT id FROM bank_file WHERE id = %(file)s AND state = 'received' FOR UPDATE SKIP LOCKED
