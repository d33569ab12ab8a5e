-- lanmao_place: the pool, bank account, pack and day that a platform's requests in the dialect mean.
SELECT d.pack, d.business_date, p.id AS pool, p.currency, b.id AS bank_account, b.reference
FROM lane_day d
JOIN pool p ON p.lane = d.lane
JOIN bank_account b ON b.lane = p.lane AND b.pool = p.id
LEFT JOIN lanmao_profile f ON f.for_lane = d.lane
WHERE d.lane = %(lane)s
ORDER BY p.id = f.pool DESC NULLS LAST, p.id, b.id LIMIT 1
