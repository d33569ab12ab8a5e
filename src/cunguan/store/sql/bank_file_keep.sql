-- bank_file_keep: a file under an id that was drawn for it; no row where the same bytes are there already. Locks its own row.
INSERT INTO bank_file (id, direction, channel, name, at, sha256, bytes, state, why) OVERRIDING SYSTEM VALUE
VALUES (%(id)s, %(direction)s, %(channel)s, %(name)s, %(at)s, %(sha256)s, %(bytes)s, %(state)s, '')
ON CONFLICT (channel, direction, sha256) DO NOTHING RETURNING id
