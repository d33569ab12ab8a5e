-- webhook_claim: take some deliveries of one endpoint until a time; after it another may take them up. Locks those it takes and
-- passes over what another takes. One is taken only when it is the first of its subject that waits (as in webhook_wake). Each try
-- is noted as it begins.
WITH due AS MATERIALIZED (
    SELECT d.delivery FROM webhook_delivery d
    WHERE d.lane = %(lane)s AND d.endpoint = %(endpoint)s AND d.state = 'waiting' AND d.next_at <= %(now)s AND d.delivery = (
        SELECT w.delivery FROM webhook_delivery w
        WHERE w.lane = %(lane)s AND w.endpoint = %(endpoint)s AND w.state = 'waiting'
          AND (w.subject, w.seq) >= (d.subject, 0::int8) AND (w.subject, w.seq) <= (d.subject, 9223372036854775807)
        ORDER BY w.subject, w.seq, w.number LIMIT 1)
    ORDER BY d.next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE webhook_delivery d SET attempts = attempts + 1, next_at = %(until)s
    FROM due WHERE d.lane = %(lane)s AND d.delivery = due.delivery
    RETURNING d.delivery, d.seq, d.number, d.type, d.subject, d.attempts, d.failures
), begun AS (
    INSERT INTO webhook_attempt (lane, delivery, number, at) SELECT %(lane)s, delivery, attempts, %(now)s FROM taken
)
SELECT delivery, seq, number, type, subject, attempts, failures FROM taken ORDER BY seq, number
