-- console_reviews: accounts whose opening waits for a person of the custodian's. Locks nothing.
SELECT h.lane, d.platform, h.id, h.person, h.kind, h.role, h.state, h.method, h.source
FROM holder_account h JOIN lane_day d ON d.lane = h.lane
WHERE h.state IN ('pending_review', 'documents_missing') AND (%(lane)s::int4 IS NULL OR h.lane = %(lane)s::int4)
  AND (%(k0)s::int4 IS NULL OR (h.lane, h.id) > (%(k0)s::int4, %(k1)s::text))
ORDER BY h.lane, h.id LIMIT %(limit)s
