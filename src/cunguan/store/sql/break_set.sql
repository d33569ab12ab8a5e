-- break_set: where a break stands now.
UPDATE recon_break SET state = %(state)s, owner = %(owner)s, closed_at = %(closed_at)s WHERE lane = %(lane)s AND id = %(id)s
