-- recon_bank_lines: the movements of some statements, part by part, and those of later ones that are of days after a date; told by
-- several, each is of the first. Of a range of movements.
SELECT DISTINCT ON (e.line, e.part) e.line, e.part, coalesce(s.day, e.booked_on), e.value_on,
       CASE WHEN e.credit THEN e.amount_minor ELSE -e.amount_minor END, e.currency, e.cause, e.reversal, e.return_reason,
       CASE WHEN e.credit THEN coalesce(nullif(e.bank_reference, ''), nullif(e.reference, ''), nullif(e.end_to_end_id, ''), e.instruction_id)
            ELSE coalesce(nullif(e.end_to_end_id, ''), nullif(e.bank_reference, ''), nullif(e.reference, ''), e.instruction_id) END
FROM bank_statement s JOIN bank_entry e ON e.statement = s.id
WHERE (s.id = ANY(%(now)s) OR s.id = ANY(%(later)s) AND coalesce(s.day, e.booked_on) > %(day)s)
  AND e.line BETWEEN %(first)s AND %(last)s
ORDER BY e.line, e.part, s.id = ANY(%(now)s) DESC, s.day, s.id
