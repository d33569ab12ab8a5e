-- outbox_known: which of some messages a lane has, whatever became of them. Locks nothing.
SELECT id FROM outbox WHERE lane = %s AND id = ANY(%s)
