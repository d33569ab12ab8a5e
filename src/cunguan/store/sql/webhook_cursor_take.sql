-- webhook_cursor_take: up to where a lane was planned, and its head. Locks the cursor's row; nothing where another has it.
SELECT c.seq, l.head FROM webhook_cursor c JOIN lane l USING (lane) WHERE c.lane = %(lane)s FOR UPDATE OF c SKIP LOCKED
