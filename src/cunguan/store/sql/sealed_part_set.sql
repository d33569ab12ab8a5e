-- sealed_part_set: a part of a bank file, sealed anew. Locks its row.
UPDATE bank_file_part SET content = %(content)s WHERE file = %(file)s AND part = %(part)s
