-- history_plan: the plan rows of a listing, what never changes of them, and each move of them up to a sequence.
SELECT r.number, r.due_date, r.principal_minor, r.interest_minor, m.seq, m.event, m.state
FROM plan_row r LEFT JOIN state_move m
    ON m.lane = r.lane AND m.machine = 'plan_row' AND m.subject = r.id AND m.seq <= %(seq)s
WHERE r.lane = %(lane)s AND r.listing = %(listing)s ORDER BY r.number, m.seq, m.line
