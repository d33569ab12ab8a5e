-- quarantined: what our own mistakes have stopped, with what two people made of it since; null while nobody has.
SELECT i.lane, i.seq, i.id, i.kind, i.why, i.body, m.event
FROM instruction i LEFT JOIN state_move m ON m.lane = i.lane AND m.machine = 'instruction' AND m.subject = i.id
WHERE i.state = 'quarantined'
ORDER BY i.lane, i.seq
