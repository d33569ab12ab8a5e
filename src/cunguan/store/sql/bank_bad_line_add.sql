-- bank_bad_line_add: a line of a file that is no entry.
INSERT INTO bank_bad_line (file, number, place, why) VALUES (%(file)s, %(number)s, %(place)s, %(why)s)
