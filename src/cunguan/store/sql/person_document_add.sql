-- person_document_add: a client's document, unless its id is taken. Locks its own row.
INSERT INTO person_document (lane, person, id, kind, media, key_version, digest, bytes, parts, at)
VALUES (%(lane)s, %(person)s, %(id)s, %(kind)s, %(media)s, %(key_version)s, %(digest)s, %(bytes)s, %(parts)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING id
