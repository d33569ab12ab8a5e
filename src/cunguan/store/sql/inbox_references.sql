-- inbox_references: by what transfers to a holder are known: his number, and the bank accounts of his pool. Locks nothing.
SELECT h.lane, h.id, h.base, b.id AS bank_account, b.channel, b.reference
FROM holder_account h JOIN bank_account b ON b.lane = h.lane AND b.pool = h.pool AND b.state = 'open'
WHERE h.id = %(holder)s AND (%(lane)s::int4 IS NULL OR h.lane = %(lane)s) ORDER BY h.lane, b.id
