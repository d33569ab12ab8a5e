-- safeguard_means: where a pool's money is kept safe on a day, and what its holders said of it where no file came; of what was
-- recorded by an instant if one is given.
SELECT m.id, m.kind, m.amount_minor, m.institution, m.letter, m.valid_from, m.valid_until,
       (SELECT s.amount_minor FROM safeguarding_statement s
        WHERE s.lane = %(lane)s AND s.pool = %(pool)s AND s.id = m.id AND s.day = %(day)s
          AND (%(by)s::timestamptz IS NULL OR s.at <= %(by)s)
        ORDER BY s.number DESC LIMIT 1)
FROM (SELECT DISTINCT ON (id) * FROM safeguarding_means
      WHERE lane = %(lane)s AND pool = %(pool)s AND valid_from <= %(day)s AND (%(by)s::timestamptz IS NULL OR at <= %(by)s)
      ORDER BY id, number DESC) m
WHERE m.valid_until IS NULL OR m.valid_until > %(day)s ORDER BY m.id
