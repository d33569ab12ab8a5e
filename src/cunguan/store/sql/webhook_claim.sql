-- webhook_claim: take some deliveries of one endpoint until a time; after it another may take them up. Locks those it takes and
-- passes over what another takes; a delivery waits while an earlier one of its subject does. Each try is noted as it begins.
WITH due AS (
    SELECT d.delivery FROM webhook_delivery d
    WHERE d.lane = %(lane)s AND d.endpoint = %(endpoint)s AND d.state = 'waiting' AND d.next_at <= %(now)s AND NOT EXISTS (
        SELECT FROM webhook_delivery e
        WHERE e.lane = d.lane AND e.endpoint = d.endpoint AND e.subject = d.subject AND e.state = 'waiting'
          AND (e.seq, e.number) < (d.seq, d.number))
    ORDER BY d.next_at, d.seq, d.number LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE webhook_delivery d SET attempts = attempts + 1, next_at = %(until)s
    FROM due WHERE d.lane = %(lane)s AND d.delivery = due.delivery
    RETURNING d.delivery, d.seq, d.number, d.type, d.subject, d.attempts, d.failures
), begun AS (
    INSERT INTO webhook_attempt (lane, delivery, number, at) SELECT %(lane)s, delivery, attempts, %(now)s FROM taken
)
SELECT delivery, seq, number, type, subject, attempts, failures FROM taken ORDER BY seq, number
