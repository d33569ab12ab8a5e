-- outbox_open: the payments of a lane to a bank that have no end yet. Locks nothing.
SELECT id FROM outbox
WHERE lane = %(lane)s AND channel = %(channel)s AND state IN ('waiting', 'sending', 'sent', 'in_doubt')
