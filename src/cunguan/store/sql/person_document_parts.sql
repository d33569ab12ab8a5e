-- person_document_parts: the parts of a document in their order. Locks nothing.
SELECT number, content FROM person_document_part
WHERE lane = %(lane)s AND person = %(person)s AND document = %(id)s ORDER BY number
