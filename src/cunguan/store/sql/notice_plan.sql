-- notice_plan: what the clients of a lane are to know of a range of sequences, each told once, whoever plans and however often.
-- Debits: of 2010, and of their other accounts where the money goes to somebody else; one notice a client and instruction, by a
-- standing authority where one was used, of money only set aside as such. The bank's word of a withdrawal takes
-- what was told before, fee and all: its move is told. Instructions and moves: as the tables of doors/jobs/notices.py name them. Locks nothing.
WITH decided AS MATERIALIZED (
    SELECT seq, id, kind, body FROM instruction
    WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s AND state = 'done'),
debit AS (
    SELECT p.seq, min(p.line) AS line, h.person, sum(p.amount_minor) AS amount_minor, d.currency, bool_or(a.kind = 'A') AS is_mandated,
           bool_and(c.code = '2020' AND c.owner = d.owner) AS is_aside
    FROM posting p
    JOIN account d ON d.lane = p.lane AND d.account = p.debit_account
    JOIN account c ON c.lane = p.lane AND c.account = p.credit_account
    JOIN holder_account h ON h.lane = d.lane AND h.id = d.owner
    LEFT JOIN authority a ON a.lane = p.lane AND a.seq = p.authority
    WHERE p.lane = %(lane)s AND p.seq BETWEEN %(first)s AND %(last)s
      AND (d.code = '2010' OR (d.code IN ('2015', '2020', '2030', '2040') AND c.owner <> d.owner))
    GROUP BY p.seq, h.person, d.currency),
told AS (
    SELECT d.seq, 'p' || d.line AS place, d.person, 
           CASE WHEN d.is_mandated THEN 'mandate_used' WHEN d.is_aside THEN 'set_aside' ELSE 'debit' END AS kind,
           jsonb_build_object('amount_minor', d.amount_minor, 'currency', d.currency, 'instruction', i.id, 'what',
               coalesce((SELECT r.kind FROM run r WHERE i.kind = 'run_step' AND r.lane = %(lane)s
                   AND r.id = convert_from(i.body, 'UTF8')::jsonb ->> 'run'), i.kind)) AS said
    FROM debit d JOIN decided i USING (seq)
    WHERE i.kind <> 'withdrawal_result'
    UNION ALL
    SELECT i.seq, 'i', h.person, w.notice,
           CASE WHEN i.body ->> 'cap_minor' IS NULL THEN '{}' ELSE jsonb_build_object('cap_minor', i.body -> 'cap_minor', 'currency', p.currency) END
    FROM unnest(%(kinds)s::text[], %(kind_notices)s::text[]) AS w (kind, notice)
    JOIN LATERAL (SELECT seq, convert_from(body, 'UTF8')::jsonb AS body FROM decided WHERE decided.kind = w.kind) i ON true
    JOIN holder_account h ON h.lane = %(lane)s AND h.id = i.body ->> 'holder'
    JOIN pool p ON p.lane = h.lane AND p.id = h.pool
    UNION ALL
    SELECT m.seq, 'm' || m.line, h.person, w.notice,
           CASE WHEN s.amount_minor IS NULL THEN '{}' ELSE jsonb_build_object('amount_minor', s.amount_minor, 'currency', p.currency) END
    FROM unnest(%(machines)s::text[], %(events)s::text[], %(move_notices)s::text[]) AS w (machine, event, notice)
    JOIN state_move m ON m.lane = %(lane)s AND m.seq BETWEEN %(first)s AND %(last)s AND m.machine = w.machine AND m.event = w.event
    CROSS JOIN LATERAL (
        SELECT holder, amount_minor FROM withdrawal WHERE m.machine = 'withdrawal' AND lane = m.lane AND id = m.subject
        UNION ALL SELECT holder, amount_minor FROM deposit WHERE m.machine = 'deposit' AND lane = m.lane AND id = m.subject
        UNION ALL SELECT m.subject, NULL WHERE m.machine = 'account') s
    JOIN holder_account h ON h.lane = m.lane AND h.id = s.holder
    JOIN pool p ON p.lane = h.lane AND p.id = h.pool)
INSERT INTO notices_notice (reader, kind, "values", at, source, outgoing)
SELECT t.person, t.kind, t.said || jsonb_build_object('platform', y.platform, 'lane', %(lane)s), b.at,
       format('%%s:%%s:%%s', %(lane)s, t.seq, t.place), CASE WHEN t.kind = ANY (%(sent)s) THEN 'waiting' ELSE 'none' END
FROM told t JOIN lane_day y ON y.lane = %(lane)s AND y.id = 'day'
CROSS JOIN LATERAL (
    SELECT at FROM batch WHERE lane = %(lane)s AND first_seq <= t.seq ORDER BY first_seq DESC LIMIT 1) b
ORDER BY t.seq, t.place
ON CONFLICT (source, reader) WHERE source <> '' DO NOTHING
