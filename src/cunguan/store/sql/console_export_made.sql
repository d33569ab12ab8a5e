-- console_export_made: an export is a file now, or failed.
UPDATE console_export SET state = %(state)s, row_count = %(rows)s, content = %(content)s, made_at = %(at)s WHERE id = %(id)s
