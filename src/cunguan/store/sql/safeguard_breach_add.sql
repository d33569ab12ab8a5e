-- safeguard_breach_add: keep what a run found against its rule.
INSERT INTO safeguarding_breach (run, kind, amount_minor, due, whom, notify, clause)
VALUES (%(run)s, %(kind)s, %(amount_minor)s, %(due)s, %(whom)s, %(notify)s, %(clause)s) ON CONFLICT DO NOTHING
