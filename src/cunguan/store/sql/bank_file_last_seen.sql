-- bank_file_last_seen: the name that was fetched last from a bank. Locks nothing.
SELECT name FROM bank_file_seen WHERE channel = %(channel)s ORDER BY id DESC LIMIT 1
