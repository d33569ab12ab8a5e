-- payments_stopped: which of some payments wait: clients' whose pool lacks cash and pays no client; all, where nothing may leave
-- the lane. Locks nothing.
WITH asked AS (SELECT %s::int4 AS lane, %s::text[] AS ids)
SELECT w.id FROM asked a JOIN withdrawal w ON w.lane = a.lane AND w.id = ANY(a.ids)
JOIN bank_account b ON b.lane = w.lane AND b.id = w.bank_account
JOIN pool p ON p.lane = b.lane AND p.id = b.pool AND p.state = 'payouts_stopped'
UNION
SELECT m.id FROM asked a JOIN outbox m ON m.lane = a.lane AND m.id = ANY(a.ids) AND m.kind = 'credit_transfer'
JOIN outgoing_stop s ON s.lane = m.lane AND s.state = 'stopped'
