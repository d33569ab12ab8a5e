-- notice_cursor_set: up to where a lane is told now; whoever writes it holds the row.
UPDATE notices_cursor SET seq = %(seq)s WHERE lane = %(lane)s
