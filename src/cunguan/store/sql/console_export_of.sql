-- console_export_of: one export of one person, with its file. Locks nothing.
SELECT id::text, list, reason, asked_at, state, row_count, made_at, content FROM console_export
WHERE id = %(id)s::uuid AND maker = %(maker)s AND asked_at > %(after)s
