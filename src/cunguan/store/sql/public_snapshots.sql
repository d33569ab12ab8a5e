-- public_snapshots: the newest proof of liabilities of each pool, for everybody.
SELECT platform, pool, currency, at, business_date, id, root, total, act, assets, attesters FROM public_snapshots()
