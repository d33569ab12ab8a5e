-- retention_touched: the sequences up to one that touch a person under an order: by an account of his, or by what he confirmed.
WITH his AS MATERIALIZED (
    SELECT a.account FROM holder_account h JOIN account a ON a.lane = h.lane AND a.owner = h.id
    WHERE h.lane = %(lane)s AND h.person = ANY(%(persons)s))
SELECT p.seq FROM his JOIN posting p ON p.lane = %(lane)s AND p.debit_account = his.account AND p.seq <= %(seq)s
UNION
SELECT p.seq FROM his JOIN posting p ON p.lane = %(lane)s AND p.credit_account = his.account AND p.seq <= %(seq)s
UNION
SELECT u.seq FROM authority u JOIN holder_account h ON h.lane = u.lane AND h.id = u.owner
WHERE u.lane = %(lane)s AND u.seq <= %(seq)s AND h.person = ANY(%(persons)s)
