-- recon_runs: the last run of each date after one, oldest first.
SELECT DISTINCT ON (business_date) business_date, verdict, id FROM recon_run WHERE business_date > %(day)s
ORDER BY business_date, id DESC
