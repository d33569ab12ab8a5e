-- liability_movements: what moved a bank account after a sequence, by business date and template.
SELECT d.business_date::text, j.template, count(*), sum(p.net)::int8
FROM (SELECT seq, amount_minor AS net FROM posting WHERE lane = %(lane)s AND debit_account = %(account)s AND seq > %(after)s
      UNION ALL
      SELECT seq, -amount_minor FROM posting WHERE lane = %(lane)s AND credit_account = %(account)s AND seq > %(after)s) p
JOIN journal j ON j.lane = %(lane)s AND j.seq = p.seq
CROSS JOIN LATERAL (SELECT business_date FROM batch WHERE lane = %(lane)s AND first_seq <= p.seq ORDER BY first_seq DESC LIMIT 1) d
GROUP BY 1, 2 ORDER BY 1, 2
