-- log_opening: an instruction that was done, what it shares with its batch, its journal, and its postings' numbers in the log.
SELECT b.first_seq, b.last_seq, b.at, b.business_date, b.pack_id, b.pack_version, b.rule_set_hash, b.code_version, b.salt_key_id,
       i.id, i.kind, i.version, i.body, i.detail, j.template, j.value_date,
       (SELECT substring(c.sides FROM 1 + 80 * coalesce((SELECT sum(x.postings) FROM journal x
               WHERE x.lane = i.lane AND x.seq >= c.first_seq AND x.seq < i.seq), 0)::int4 FOR 80 * coalesce(j.postings, 0))
        FROM log_chunk c JOIN log_origin o USING (log)
        WHERE o.closed_at IS NULL AND c.lane = i.lane AND c.first_seq <= i.seq AND c.last_seq >= i.seq)
FROM instruction i
CROSS JOIN LATERAL (SELECT * FROM batch WHERE batch.lane = i.lane AND first_seq <= i.seq ORDER BY first_seq DESC LIMIT 1) b
LEFT JOIN journal j ON j.lane = i.lane AND j.seq = i.seq
WHERE i.lane = %(lane)s AND i.seq = %(seq)s AND i.state = 'done'
