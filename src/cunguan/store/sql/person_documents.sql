-- person_documents: the documents of a client. Locks nothing.
SELECT id, kind, media, key_version, digest, bytes, parts, at FROM person_document
WHERE lane = %(lane)s AND person = %(person)s ORDER BY id
