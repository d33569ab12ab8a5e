-- webhook_wake: let the first of each subject's waiting deliveries be tried. The endpoint's row is held, or shared, before.
-- The subject stands in comparisons of rows, never in an equation: so webhook_delivery_in_order alone gives the order asked for.
-- The heads are found before anything is joined, and the rows then by their key.
WITH head AS MATERIALIZED (
    SELECT h.delivery FROM unnest(%(subjects)s::text[]) AS s (subject) CROSS JOIN LATERAL (
        SELECT w.delivery FROM webhook_delivery w
        WHERE w.lane = %(lane)s AND w.endpoint = %(endpoint)s AND w.state = 'waiting'
          AND (w.subject, w.seq) >= (s.subject, 0::int8) AND (w.subject, w.seq) <= (s.subject, 9223372036854775807)
        ORDER BY w.subject, w.seq, w.number LIMIT 1) h
)
UPDATE webhook_delivery d SET next_at = %(now)s FROM head
WHERE d.lane = %(lane)s AND d.delivery = head.delivery AND d.next_at IS NULL
