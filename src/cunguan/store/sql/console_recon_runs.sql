-- console_recon_runs: reconciliation runs, the newest first. Locks nothing.
SELECT id, business_date, made_at, code_version, verdict, (
    SELECT count(*) FROM (SELECT 1 FROM recon_break b WHERE b.run = r.id LIMIT 100) x) AS breaks
FROM recon_run r WHERE (%(k0)s::int8 IS NULL OR id < %(k0)s::int8) ORDER BY id DESC LIMIT %(limit)s
