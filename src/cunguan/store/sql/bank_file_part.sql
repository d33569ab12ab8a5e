-- bank_file_part: one part of a file. Locks nothing.
SELECT content FROM bank_file_part WHERE file = %(file)s AND part = %(part)s
