-- parties_places: the pools and bank accounts of a platform, each with the papers two people recorded and whether they are live. Locks nothing.
SELECT b.id AS bank_account, b.pool, p.currency, p.regime, p.state, b.channel, b.reference, t.business_date, w.contract, w.contract_until,
    w.letter, w.review_date, t.business_date <= w.contract_until AND t.business_date <= w.review_date AS is_live
FROM bank_account b JOIN pool p ON (p.lane, p.id) = (b.lane, b.pool) JOIN lane_day t ON t.lane = b.lane
LEFT JOIN pool_papers w ON (w.lane, w.id) = (b.lane, b.id)
WHERE b.lane = %(lane)s ORDER BY b.pool, b.id
