-- log_pay_seqs: the sequences whose leaves a payment needs: its own, and that of the word it was allowed by; when it was committed.
SELECT array_remove(ARRAY[m.seq, w.authority], NULL), b.at
FROM outbox m
LEFT JOIN withdrawal w ON w.lane = m.lane AND w.id = m.id
JOIN LATERAL (SELECT at FROM batch WHERE lane = m.lane AND first_seq <= m.seq ORDER BY first_seq DESC LIMIT 1) b ON true
WHERE m.lane = %(lane)s AND m.id = %(payment)s
