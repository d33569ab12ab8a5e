-- bank_file_of: hash and size of a file. Locks nothing.
SELECT sha256, bytes FROM bank_file WHERE id = %(id)s
