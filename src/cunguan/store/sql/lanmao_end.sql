-- lanmao_end: keep what came of a request, and let it be told; the first word stands.
UPDATE lanmao_request SET result = %(result)s, ended_at = %(now)s, notify_at = %(notify_at)s
WHERE lane = %(lane)s AND request_no = %(request_no)s AND result IS NULL
RETURNING request_no
