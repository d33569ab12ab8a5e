-- console_recon_run: one run as it was kept. Locks nothing.
SELECT id, business_date, made_at, result FROM recon_run WHERE id = %(id)s
