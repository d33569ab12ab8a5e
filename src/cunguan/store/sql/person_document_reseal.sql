-- person_document_reseal: a document under a newer key. Locks its row.
UPDATE person_document SET key_version = %(key_version)s, digest = %(digest)s
WHERE lane = %(lane)s AND person = %(person)s AND id = %(id)s
