-- webhook_plan: deliveries of events to one endpoint; none may try them yet (webhook_wake says which). One that waits stays as
-- it is; one that has ended waits again, where it is told again.
INSERT INTO webhook_delivery AS d (lane, endpoint, seq, number, type, subject, planned_at)
SELECT %(lane)s, %(endpoint)s, e.seq, e.number, e.type, e.subject, %(now)s
FROM unnest(%(seqs)s::int8[], %(numbers)s::int4[], %(types)s::text[], %(subjects)s::text[]) AS e (seq, number, type, subject)
ORDER BY e.seq, e.number
ON CONFLICT (lane, endpoint, seq, number) DO UPDATE
SET state = 'waiting', failures = 0, planned_at = %(now)s, next_at = NULL, ended_at = NULL
WHERE d.state <> 'waiting' AND %(is_again)s
