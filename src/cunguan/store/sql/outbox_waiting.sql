-- outbox_waiting: messages of one lane in some states, oldest first. Locks nothing.
SELECT id, channel, kind, payload, seq, state FROM outbox
WHERE lane = %s AND state IN ('waiting', 'sending', 'sent', 'in_doubt') AND state = ANY(%s) ORDER BY seq, id
