-- liability_snapshot_add: a snapshot; no row where its slot has one. The act is added at the commit, by a trigger.
INSERT INTO liability_snapshot (id, lane, pool, currency, at, business_date, seq, run, slot, drawn_by, root, total, detail, clients, client_minor,
    owed_minor)
VALUES (%(id)s, %(lane)s, %(pool)s, %(currency)s, %(at)s, %(business_date)s, %(seq)s, %(run)s, %(slot)s, %(drawn_by)s, %(root)s, %(total)s,
    %(detail)s, %(clients)s, %(client_minor)s, %(owed_minor)s)
ON CONFLICT (lane, pool, slot) DO NOTHING RETURNING id
