-- break_hold: where a break stands, of either table; nobody else moves it until this is committed. Locks its row.
SELECT state, owner FROM recon_break WHERE lane = %(lane)s AND id = %(id)s FOR UPDATE
