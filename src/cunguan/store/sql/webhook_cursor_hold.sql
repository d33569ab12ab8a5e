-- webhook_cursor_hold: the cursor's row, so that nobody plans while an endpoint comes in. Locks it, waiting for who has it.
SELECT seq FROM webhook_cursor WHERE lane = %(lane)s FOR UPDATE
