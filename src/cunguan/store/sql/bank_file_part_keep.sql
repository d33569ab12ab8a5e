-- bank_file_part_keep: a part of a file, sealed.
INSERT INTO bank_file_part (file, part, content) VALUES (%(file)s, %(part)s, %(content)s)
