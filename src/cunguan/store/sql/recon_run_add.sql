-- recon_run_add: keep a run as it was.
INSERT INTO recon_run (id, business_date, made_at, code_version, inputs_hash, seen, verdict, result) OVERRIDING SYSTEM VALUE
VALUES (%(id)s, %(day)s, %(at)s, %(code_version)s, %(inputs_hash)s, %(seen)s, %(verdict)s, %(result)s)
