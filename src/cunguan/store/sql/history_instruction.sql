-- history_instruction: one instruction with its answer, its batch (code, pack, rule set) and its journal, if it posted.
SELECT i.seq, i.id, i.kind, i.version, i.state, i.code, i.why, i.body, i.detail,
       b.first_seq, b.last_seq, b.at, b.business_date, b.code_version, b.pack_id, b.pack_version, b.rule_set_hash,
       coalesce(j.template, ''), j.value_date
FROM instruction i LEFT JOIN journal j ON j.lane = i.lane AND j.seq = i.seq
CROSS JOIN LATERAL (
    SELECT * FROM batch WHERE lane = %(lane)s AND first_seq <= i.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE i.lane = %(lane)s AND i.seq = %(seq)s
