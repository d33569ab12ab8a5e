-- webhook_secret_add: one more secret of an endpoint; nothing where the same request has made one. The endpoint's row is held.
INSERT INTO webhook_secret (lane, endpoint, number, secret, asked_by, made_at)
SELECT %(lane)s, %(endpoint)s, coalesce(max(number), 0) + 1, %(secret)s, %(asked_by)s, %(now)s
FROM webhook_secret WHERE lane = %(lane)s AND endpoint = %(endpoint)s
ON CONFLICT DO NOTHING RETURNING number
