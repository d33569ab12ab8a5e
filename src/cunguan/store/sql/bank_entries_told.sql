-- bank_entries_told: what became of some movements, on every entry that tells of these parts of them. Locks their rows.
-- They are found first, each by itself, and changed by their keys: of what was written just now the planner knows nothing, and would
-- read the whole table.
UPDATE bank_entry e SET outcome = f.outcome, cause = f.cause, instruction_id = f.instruction_id
FROM (
    SELECT b.statement, b.number, b.part, t.outcome, t.cause, t.instruction_id
    FROM unnest(%(lines)s::int8[], %(parts)s::int4[], %(amounts)s::int8[], %(outcomes)s::text[], %(causes)s::text[], %(ids)s::text[])
        AS t (line, part, amount_minor, outcome, cause, instruction_id)
    CROSS JOIN LATERAL (
        SELECT statement, number, part FROM bank_entry WHERE line = t.line AND part = t.part AND amount_minor = t.amount_minor OFFSET 0
    ) b
) f
WHERE e.statement = f.statement AND e.number = f.number AND e.part = f.part
