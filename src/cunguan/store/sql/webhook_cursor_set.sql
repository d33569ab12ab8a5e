-- webhook_cursor_set: up to where a lane is planned now; whoever writes it holds the row.
UPDATE webhook_cursor SET seq = %(seq)s WHERE lane = %(lane)s
