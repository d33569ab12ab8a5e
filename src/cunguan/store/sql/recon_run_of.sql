-- recon_run_of: the last run of a date.
SELECT result FROM recon_run WHERE business_date = %(day)s ORDER BY id DESC LIMIT 1
