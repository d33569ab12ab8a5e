-- person_documents_empty: no part of a client's documents is left. Locks the rows.
WITH parts AS (DELETE FROM person_document_part WHERE lane = %(lane)s AND person = %(person)s)
UPDATE person_document SET digest = '', parts = 0 WHERE lane = %(lane)s AND person = %(person)s
