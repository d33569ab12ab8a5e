-- safeguard_banks: the bank accounts of a pool, each with the closing balance of its statement of a day, of those that had come by an
-- instant if one is given, else of those that still stand; none, or one that does not add up: null.
SELECT b.id, b.account, said.closing_minor
FROM bank_account b LEFT JOIN LATERAL (
    SELECT s.closing_minor FROM bank_statement s LEFT JOIN bank_file f ON f.id = s.file
    WHERE s.lane = b.lane AND s.bank_account = b.id AND s.day = %(day)s AND s.kind = 'statement' AND s.verdict = 'balanced'
      AND CASE WHEN %(by)s::timestamptz IS NULL THEN s.state <> 'replaced' ELSE f.at <= %(by)s END
    ORDER BY s.id DESC LIMIT 1) said ON true
WHERE b.lane = %(lane)s AND b.pool = %(pool)s ORDER BY b.id
