-- client_where: the bank accounts of a pool, what the books have on each, up to where each was last compared with the bank, and how that came out.
-- Locks nothing.
SELECT k.id, k.channel, k.reference, k.state, coalesce(b.balance, 0) AS balance_minor, r.business_date, r.verdict, r.made_at
FROM bank_account k
LEFT JOIN LATERAL (SELECT balance FROM balance WHERE lane = %(lane)s AND account = k.account LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT a.business_date, a.run FROM recon_account a WHERE a.lane = %(lane)s AND a.bank_account = k.id
    ORDER BY a.business_date DESC, a.run DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT business_date, verdict, made_at FROM recon_run WHERE id = a.run LIMIT 1) r ON true
WHERE k.lane = %(lane)s AND k.pool = %(pool)s AND k.state <> 'closed' ORDER BY k.id
