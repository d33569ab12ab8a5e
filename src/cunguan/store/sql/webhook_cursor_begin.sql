-- webhook_cursor_begin: a lane that is told from now on; nothing where it is already.
INSERT INTO webhook_cursor (lane, seq) SELECT lane, head FROM lane WHERE lane = %(lane)s ON CONFLICT DO NOTHING
