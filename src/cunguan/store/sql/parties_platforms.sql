-- parties_platforms: platforms by lane, a page after a key, with their file and what of their papers is over. Locks nothing.
SELECT f.for_lane, f.id AS platform, f.pack, f.state, f.sandbox, d.state AS file_state, d.review_by, c.version, c.valid_until,
    (SELECT count(*) FROM bank_account b WHERE b.lane = f.for_lane) AS accounts,
    (SELECT count(*) FROM pool_papers p JOIN lane_day t ON t.lane = p.lane
        WHERE p.lane = f.for_lane AND t.business_date <= p.contract_until AND t.business_date <= p.review_date) AS live
FROM platform f LEFT JOIN parties_platform d ON d.lane = f.for_lane
LEFT JOIN parties_contract c ON c.lane = f.for_lane AND c.state = 'in_force'
WHERE f.lane = 0 AND f.for_lane > %(after)s ORDER BY f.for_lane LIMIT %(limit)s
