-- console_find_amount: postings of an amount on one business date, in every lane: of a lane at most 300,000 sequences are looked through.
SELECT 'posting' AS what, f.lane, f.id, f.kind AS more, f.seq, f.amount_minor FROM lane l
CROSS JOIN LATERAL (SELECT min(first_seq) AS first, max(last_seq) AS last FROM batch WHERE lane = l.lane AND business_date = %(day)s) b
CROSS JOIN LATERAL (
    SELECT DISTINCT p.lane, i.id, i.kind, p.seq, p.amount_minor FROM posting p JOIN instruction i ON i.lane = p.lane AND i.seq = p.seq
    WHERE p.lane = l.lane AND p.seq BETWEEN b.first AND least(b.last, b.first + 300000) AND p.amount_minor = %(amount)s LIMIT 20) f
ORDER BY 2, 5 LIMIT 60
