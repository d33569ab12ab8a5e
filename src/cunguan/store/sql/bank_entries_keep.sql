-- bank_entries_keep: the entries of a statement that was read. Those of a sound one point to their movements: what it is the first to
-- tell of is to be booked, the others stand as where they were told of first, part by part. Locks its own rows.
-- The look-ups are LATERAL with LIMIT, each by a whole key: of what was written just now the planner knows nothing, and joins go wrong.
INSERT INTO bank_entry (statement, number, part, key, line, booked_on, value_on, credit, amount_minor, currency, status, reversal,
    code, reference, bank_reference, end_to_end_id, payer_hash, name_hash, holder, return_reason, instruction_id, outcome, cause)
SELECT e.statement, e.number, e.part, e.key, l.id, e.booked_on, e.value_on, e.credit, e.amount_minor, e.currency, e.status, e.reversal,
    e.code, e.reference, e.bank_reference, e.end_to_end_id, e.payer_hash, e.name_hash, e.holder, e.return_reason,
    coalesce(b.instruction_id, ''),
    CASE WHEN l.id IS NULL THEN e.outcome WHEN l.statement = e.statement THEN '' ELSE coalesce(b.outcome, 'known') END,
    CASE WHEN l.id IS NULL THEN e.cause WHEN l.statement = e.statement THEN '' ELSE coalesce(b.cause, 'told_in_parts') END
FROM (
    SELECT *, key || int4send((dense_rank() OVER (PARTITION BY key, is_movement ORDER BY number))::int4) AS line_key
    FROM (SELECT *, status = 'booked' AND booked_on IS NOT NULL AND amount_minor > 0 AS is_movement
          FROM bank_entry_reading WHERE statement = %(id)s) s
) e
LEFT JOIN LATERAL (
    SELECT id, statement, number FROM bank_line
    WHERE channel = %(channel)s AND account = %(account)s AND key = e.line_key AND e.is_movement AND %(is_sound)s LIMIT 1
) l ON TRUE
LEFT JOIN LATERAL (
    SELECT outcome, cause, instruction_id FROM bank_entry
    WHERE statement = l.statement AND number = l.number AND part = e.part AND amount_minor = e.amount_minor
      AND l.statement <> e.statement LIMIT 1
) b ON TRUE
ORDER BY e.number, e.part
