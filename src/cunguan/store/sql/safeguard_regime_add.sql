-- safeguard_regime_add: record that a rule pack binds a pool.
INSERT INTO safeguarding_regime (lane, pool, rule, pool_class, firm_class, revenue_minor, firm, valid_from, valid_until, maker, checker, at)
VALUES (%(lane)s, %(pool)s, %(rule)s, %(pool_class)s, %(firm_class)s, %(revenue_minor)s, %(firm)s, %(valid_from)s, %(valid_until)s, %(maker)s,
        %(checker)s, %(at)s)
