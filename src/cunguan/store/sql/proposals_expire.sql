-- proposals_expire: end what was not signed in time. Locks the rows it moves; one that is being signed is left to the next round.
UPDATE approvals_proposal SET state = 'expired', ended_at = %(now)s
WHERE id IN (SELECT id FROM approvals_proposal WHERE state = 'open' AND expires_at <= %(now)s ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
