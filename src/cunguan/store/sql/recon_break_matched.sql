-- recon_break_matched: the other line has come. Locks its row.
UPDATE recon_break SET matched = true, run = %(run)s WHERE lane = %(lane)s AND id = %(id)s
