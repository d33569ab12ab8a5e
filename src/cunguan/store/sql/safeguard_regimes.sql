-- safeguard_regimes: which rule packs bind which pools on a day.
SELECT lane, pool, rule, pool_class, firm_class, revenue_minor, firm
FROM (SELECT DISTINCT ON (lane, pool, rule) * FROM safeguarding_regime WHERE valid_from <= %(day)s ORDER BY lane, pool, rule, number DESC) r
WHERE valid_until IS NULL OR valid_until > %(day)s ORDER BY lane, pool, rule
