-- broken_glass_tell: a notice to each of the staff, as desks/notices/telling.py writes them.
INSERT INTO notices_notice (reader, kind, "values", at, source, outgoing)
SELECT 'user:' || id, 'broken_glass', jsonb_build_object('subject', %(subject)s::text, 'maker', %(maker)s::text, 'checker', %(checker)s::text),
       %(since)s, 'broken_glass:' || %(id)s, 'waiting'
FROM people_user WHERE kind = 'staff' AND is_active
ON CONFLICT DO NOTHING
