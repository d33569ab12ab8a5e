-- bank_file_unread: a file that was not used whole is to be read anew. Locks its row.
UPDATE bank_file SET state = 'received', why = '' WHERE id = %(file)s AND direction = 'in' AND state IN ('flagged', 'unreadable') RETURNING id
