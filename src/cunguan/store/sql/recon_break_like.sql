-- recon_break_like: the breaks that were the same difference, in a lane; the last one of each first.
SELECT id, state, owner, code, matched FROM recon_break
WHERE lane = %(lane)s AND split_part(id, '#', 1) = ANY(%(ids)s)
ORDER BY opened_at DESC, id DESC
