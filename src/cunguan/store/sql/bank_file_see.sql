-- bank_file_see: note that a file of a listing was fetched. Locks its own row.
INSERT INTO bank_file_seen (channel, name, mark, file) VALUES (%(channel)s, %(name)s, %(mark)s, %(file)s) ON CONFLICT DO NOTHING
