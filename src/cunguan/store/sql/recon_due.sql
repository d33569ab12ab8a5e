-- recon_due: the business dates of platforms after one that some lane has closed, each with what its last run had seen.
SELECT d.day, (SELECT r.seen FROM recon_run r WHERE r.business_date = d.day ORDER BY r.id DESC LIMIT 1)
FROM (SELECT DISTINCT b.business_date AS day FROM batch b JOIN lane_day l ON l.lane = b.lane
      WHERE b.lane > 0 AND b.business_date > %(since)s AND b.business_date < l.business_date) d
ORDER BY 1
