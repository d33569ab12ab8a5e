-- api_outcome: instructions of a lane by the keys of their ids: what was asked, and what became of it. Locks nothing.
SELECT i.id, i.kind, i.seq, i.state, i.code, i.why, i.body, i.detail
FROM instruction_key k JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
WHERE k.lane = %(lane)s AND k.key16 = ANY(%(keys)s)
