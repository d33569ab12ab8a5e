-- fee_consented_items: the lines of the version of a fee schedule that a client has confirmed.
SELECT s.items
FROM fee_consent c JOIN fee_schedule s ON s.lane = c.lane AND s.schedule = c.schedule AND s.version = c.version
WHERE c.lane = %(lane)s AND c.id = %(id)s
