-- person_document_of: one document of a client. Locks nothing.
SELECT id, kind, media, key_version, digest, bytes, parts, at FROM person_document
WHERE lane = %(lane)s AND person = %(person)s AND id = %(id)s
