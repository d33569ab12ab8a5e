-- person_document_part_put: a part of a document. Locks its row.
INSERT INTO person_document_part (lane, person, document, number, content)
VALUES (%(lane)s, %(person)s, %(id)s, %(number)s, %(content)s)
ON CONFLICT (lane, person, document, number) DO UPDATE SET content = excluded.content
