-- payments_unmatched: what banks had and the restored books did not, and still do not. Locks nothing.
SELECT i.lane, i.seq, i.body FROM (SELECT heads FROM epoch WHERE epoch > 1 ORDER BY epoch LIMIT 1) e
CROSS JOIN lane l
JOIN instruction i ON i.lane = l.lane AND i.seq > (e.heads ->> l.lane::text)::int8
WHERE i.kind = 'payment_unmatched' AND i.state = 'done'
  AND NOT EXISTS (SELECT FROM outbox o WHERE o.lane = i.lane
                  AND o.id = convert_from(i.body, 'UTF8')::jsonb ->> 'end_to_end_id')
ORDER BY i.lane, i.seq
