-- check_theirs: the last word of a platform on each kind of a date.
SELECT DISTINCT ON (kind) kind, form, received_at, sha256, content FROM check_upload
WHERE lane = %(lane)s AND business_date = %(business_date)s ORDER BY kind, received_at DESC, instruction_id
