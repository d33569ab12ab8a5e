-- history_paid: what was paid on the plan of a listing, journal by journal, up to a sequence: of which kind, on which row.
-- The row stands in the body of the instruction, or in the run that a step belongs to; neither ever changes.
WITH moved AS MATERIALIZED (
    SELECT seq, coalesce(-sum(principal_minor) FILTER (WHERE principal_minor < 0), 0)::int8 AS principal,
           sum(interest_minor)::int8 AS interest, sum(late_minor)::int8 AS late,
           coalesce(-sum(recourse_interest_minor) FILTER (WHERE recourse_interest_minor < 0), 0)::int8 AS recourse_interest,
           coalesce(-sum(recourse_late_minor) FILTER (WHERE recourse_late_minor < 0), 0)::int8 AS recourse_late
    FROM claim_move WHERE lane = %(lane)s AND listing = %(listing)s AND seq <= %(seq)s GROUP BY seq),
asked AS MATERIALIZED (
    SELECT m.*, i.kind, convert_from(i.body, 'UTF8')::jsonb AS body
    FROM moved m JOIN instruction i ON i.lane = %(lane)s AND i.seq = m.seq)
SELECT a.seq, coalesce(r.kind, a.kind), coalesce(substring(r.plan_row FROM '[0-9]+$'), a.body ->> 'plan_row')::int8,
       a.principal, a.interest, a.late, a.recourse_interest, a.recourse_late
FROM asked a LEFT JOIN run r ON a.kind = 'run_step' AND r.lane = %(lane)s AND r.id = a.body ->> 'run'
WHERE coalesce(r.kind, a.kind) IN ('repayment', 'compensation', 'guarantor_repayment') ORDER BY a.seq
