-- bank_file_mark: what became of a file. Locks its row.
UPDATE bank_file SET state = %(state)s, why = %(why)s WHERE id = %(id)s
