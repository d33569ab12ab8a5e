-- console_fees: published versions of fee schedules, a line an item. Locks nothing.
SELECT f.lane, d.platform, f.id, f.schedule, f.version, f.published_date, f.state, x.place::int4 AS place, x.item ->> 'item' AS item,
       (x.item ->> 'rate_bp')::int8 AS rate_bp, (x.item ->> 'fixed_minor')::int8 AS fixed_minor, (x.item ->> 'cap_minor')::int8 AS cap_minor,
       (x.item ->> 'month_cap_minor')::int8 AS month_cap_minor, (SELECT min(p.currency) FROM pool p WHERE p.lane = f.lane) AS currency
FROM fee_schedule f JOIN lane_day d ON d.lane = f.lane CROSS JOIN LATERAL jsonb_array_elements(f.items) WITH ORDINALITY x (item, place)
WHERE (%(lane)s::int4 IS NULL OR f.lane = %(lane)s::int4)
  AND (%(k0)s::int4 IS NULL OR (f.lane, f.id, x.place) > (%(k0)s::int4, %(k1)s::text, %(k2)s::int8))
ORDER BY f.lane, f.id, x.place LIMIT %(limit)s
