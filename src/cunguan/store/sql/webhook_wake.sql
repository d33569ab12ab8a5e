-- webhook_wake: let the first of each subject's waiting deliveries be tried. The endpoint's row is held, or shared, before.
UPDATE webhook_delivery d SET next_at = %(now)s
FROM unnest(%(subjects)s::text[]) AS s (subject), LATERAL (
    SELECT delivery FROM webhook_delivery w
    WHERE w.lane = %(lane)s AND w.endpoint = %(endpoint)s AND w.subject = s.subject AND w.state = 'waiting'
    ORDER BY w.seq, w.number LIMIT 1) AS head
WHERE d.lane = %(lane)s AND d.delivery = head.delivery AND d.next_at IS NULL
