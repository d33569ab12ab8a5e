-- console_journal: everything of one instruction in one row: answer, batch, postings, authorities, moves of states and claims, where the log
-- has it. Locks nothing.
SELECT i.seq, i.id, i.kind, i.version, i.state, i.code, i.why, convert_from(i.body, 'UTF8') AS body, convert_from(i.detail, 'UTF8') AS detail,
       d.platform, b.first_seq, b.last_seq, b.at, b.business_date, b.code_version, b.pack_id, b.pack_version, b.rule_set_hash,
       j.template, j.value_date,
       coalesce((SELECT jsonb_agg(jsonb_build_object('line', p.line, 'debit_account', p.debit_account, 'debit_code', da.code,
           'debit_owner', da.owner, 'credit_account', p.credit_account, 'credit_code', ca.code, 'credit_owner', ca.owner,
           'amount_minor', p.amount_minor, 'debit_after', p.debit_after, 'credit_after', p.credit_after, 'authority', p.authority,
           'opened', p.opened, 'currency', da.currency, 'pool', da.pool) ORDER BY p.line)
           FROM (SELECT * FROM posting WHERE lane = %(lane)s AND seq = %(seq)s ORDER BY line LIMIT 201) p
           JOIN account da ON da.lane = %(lane)s AND da.account = p.debit_account
           JOIN account ca ON ca.lane = %(lane)s AND ca.account = p.credit_account), '[]') AS postings,
       coalesce((SELECT jsonb_agg(jsonb_build_object('seq', a.seq, 'kind', a.kind, 'owner', a.owner, 'type', a.type,
           'amount_minor', a.amount_minor, 'payee', a.payee, 'listing', a.listing, 'until', a.until, 'evidence_kind', a.evidence_kind,
           'key_id', a.key_id, 'text', convert_from(a.canonical, 'UTF8'), 'challenge', encode(a.challenge, 'hex'),
           'public_key', encode(a.public_key, 'hex'), 'evidence', encode(a.evidence, 'hex')) ORDER BY a.seq)
           FROM authority a WHERE a.lane = %(lane)s AND a.seq IN (
               SELECT %(seq)s UNION SELECT authority FROM posting WHERE lane = %(lane)s AND seq = %(seq)s AND authority IS NOT NULL)
       ), '[]') AS authorities,
       coalesce((SELECT jsonb_agg(jsonb_build_object('machine', m.machine, 'subject', m.subject, 'event', m.event, 'state', m.state)
           ORDER BY m.line) FROM state_move m WHERE m.lane = %(lane)s AND m.seq = %(seq)s), '[]') AS moves,
       coalesce((SELECT jsonb_agg(to_jsonb(c) ORDER BY c.line) FROM (
           SELECT * FROM claim_move WHERE lane = %(lane)s AND seq = %(seq)s ORDER BY line LIMIT 201) c), '[]') AS claims,
       (SELECT jsonb_build_object('log', k.log, 'first_index', k.first_index, 'leaves', k.leaves, 'first_seq', k.first_seq,
           'last_seq', k.last_seq, 'size', p.size, 'at', p.at, 'cosigned_at', p.cosigned_at) FROM (
           SELECT * FROM log_chunk WHERE log = (SELECT max(log) FROM log_origin) AND lane = %(lane)s AND first_seq <= %(seq)s
           ORDER BY first_seq DESC LIMIT 1) k
           LEFT JOIN LATERAL (SELECT size, at, cosigned_at FROM log_checkpoint WHERE log = k.log AND size > k.first_index + k.leaves - 1
               AND note IS NOT NULL ORDER BY size LIMIT 1) p ON true WHERE k.last_seq >= %(seq)s) AS in_log
FROM instruction i JOIN lane_day d ON d.lane = i.lane LEFT JOIN journal j ON j.lane = i.lane AND j.seq = i.seq
CROSS JOIN LATERAL (SELECT * FROM batch WHERE lane = %(lane)s AND first_seq <= i.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE i.lane = %(lane)s AND i.seq = %(seq)s
