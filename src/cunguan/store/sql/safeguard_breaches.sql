-- safeguard_breaches: what some runs found against their rules, with the first later run of the same pool and rule that found it
-- no more, and what was told of it.
SELECT b.run, b.kind, b.amount_minor, b.due, b.whom, b.notify, b.clause, good.id, good.day, told.sent_at, told.reference
FROM safeguarding_breach b JOIN safeguarding_run r ON r.id = b.run
LEFT JOIN LATERAL (
    SELECT g.id, g.day FROM safeguarding_run g
    WHERE g.lane = r.lane AND g.platform = r.platform AND g.pool = r.pool AND g.rule = r.rule AND g.day >= r.day AND g.id > r.id
      AND NOT EXISTS (SELECT FROM safeguarding_breach h WHERE h.run = g.id AND h.kind = b.kind)
    ORDER BY g.id LIMIT 1) good ON true
LEFT JOIN LATERAL (SELECT n.sent_at, n.reference FROM safeguarding_notice n WHERE n.run = b.run ORDER BY n.number LIMIT 1) told ON true
WHERE b.run = ANY(%(runs)s) ORDER BY b.run, b.kind
