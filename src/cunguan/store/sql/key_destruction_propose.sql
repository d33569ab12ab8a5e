-- key_destruction_propose: one proposes that versions of a key are destroyed. Locks its own row.
INSERT INTO key_destruction (name, through, maker, proposed_at, reason)
VALUES (%(name)s, %(through)s, %(maker)s, %(at)s, %(reason)s)
