-- console_export_add: somebody wants a list as a file, and says why.
INSERT INTO console_export (id, maker, list, filters, language, reason, asked_at, state, row_count)
VALUES (%(id)s, %(maker)s, %(list)s, %(filters)s, %(language)s, %(reason)s, %(at)s, 'waiting', 0)
