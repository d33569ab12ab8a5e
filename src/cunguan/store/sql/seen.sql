-- seen: what is stored under ids, by the first 16 bytes of their hash.
SELECT k.key16, i.id, i.seq, i.kind, i.version, i.body, i.state, i.code, i.why, i.detail
FROM instruction_key k JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
WHERE k.lane = %s AND k.key16 = ANY(%b)
