-- webhook_sample: a test for an endpoint, which is no event of the books. The endpoint's row is held.
INSERT INTO webhook_delivery (lane, endpoint, seq, number, type, subject, planned_at, next_at)
SELECT %(lane)s, %(endpoint)s, 0, coalesce(max(number), 0) + 1, %(type)s, %(subject)s, %(now)s, %(now)s
FROM webhook_delivery WHERE lane = %(lane)s AND endpoint = %(endpoint)s AND seq = 0
RETURNING number
