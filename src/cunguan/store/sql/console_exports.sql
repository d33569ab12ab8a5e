-- console_exports: what one person took out, the newest first. Locks nothing.
SELECT id::text, list, reason, asked_at, state, row_count, made_at FROM console_export WHERE maker = %(maker)s
  AND (%(k0)s::timestamptz IS NULL OR asked_at < %(k0)s::timestamptz) ORDER BY asked_at DESC LIMIT %(limit)s
