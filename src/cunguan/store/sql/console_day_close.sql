-- console_day_close: what stands in the way of a lane's date: runs and payments under way, and what is open. Bounded counts. Locks nothing.
SELECT d.lane, d.platform, d.business_date, d.sandbox, d.state,
       coalesce((SELECT array_agg(DISTINCT p.currency ORDER BY p.currency) FROM pool p WHERE p.lane = d.lane), '{}') AS currencies,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id, 'currency', p.currency, 'regime', p.regime, 'state', p.state) ORDER BY p.id)
           FROM pool p WHERE p.lane = d.lane), '[]') AS pools,
       (SELECT count(*) FROM (SELECT 1 FROM run r WHERE r.lane = d.lane AND r.state = 'running' LIMIT 100) x) AS runs,
       (SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.lane = d.lane AND o.state = 'in_doubt' LIMIT 100) x) AS in_doubt,
       (SELECT count(*) FROM (SELECT 1 FROM suspense_item s WHERE s.lane = d.lane
           AND s.state NOT IN ('allocated', 'returned_to_source') LIMIT 100) x) AS suspense,
       (SELECT count(*) FROM (SELECT 1 FROM recon_break b WHERE b.lane = d.lane AND b.state <> 'closed' LIMIT 100) x) AS breaks,
       s.owner AS writer, l.head
FROM lane_day d JOIN lane l ON l.lane = d.lane LEFT JOIN lease s ON s.lane = d.lane AND s.until > clock_timestamp() ORDER BY d.lane
