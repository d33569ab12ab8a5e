-- bank_lines_point: let the entries of a statement point to their movements; those it is the first to tell of are to be booked, the
-- others stand as where they were told of first, part by part. Locks its own rows.
WITH numbered AS (
    SELECT number, key || int4send((row_number() OVER (PARTITION BY key ORDER BY number))::int4) AS key
    FROM bank_entry
    WHERE statement = %(statement)s AND part = 0 AND status = 'booked' AND booked_on IS NOT NULL AND amount_minor > 0
), found AS (
    SELECT n.number, l.id, l.statement AS first_statement, l.number AS first_number
    FROM numbered n JOIN bank_line l ON l.channel = %(channel)s AND l.account = %(account)s AND l.key = n.key
), told AS (
    SELECT e.number, e.part, f.id, f.first_statement, b.outcome, b.cause, b.instruction_id
    FROM found f JOIN bank_entry e ON e.statement = %(statement)s AND e.number = f.number
    LEFT JOIN bank_entry b ON b.statement = f.first_statement AND b.number = f.first_number AND b.part = e.part
                          AND b.amount_minor = e.amount_minor AND f.first_statement <> %(statement)s
)
UPDATE bank_entry e SET line = t.id,
    outcome = CASE WHEN t.first_statement = e.statement THEN '' ELSE coalesce(t.outcome, 'known') END,
    cause = CASE WHEN t.first_statement = e.statement THEN '' ELSE coalesce(t.cause, 'told_in_parts') END,
    instruction_id = coalesce(t.instruction_id, '')
FROM told t WHERE e.statement = %(statement)s AND e.number = t.number AND e.part = t.part
