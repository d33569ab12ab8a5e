-- recon_seen: how much there is to read of a date: statements, settlement files, lanes that have closed it, check files and confirms.
SELECT (SELECT count(*) FROM bank_statement WHERE day = %(day)s AND kind = 'statement' AND state <> 'replaced') || ' statements, '
    || (SELECT count(*) FROM bank_settlement WHERE settle_date = %(day)s AND state = 'booked') || ' settlements, '
    || (SELECT count(*) FROM lane_day WHERE lane > 0 AND business_date > %(day)s) || ' lanes, '
    || (SELECT count(*) FROM check_file WHERE business_date = %(day)s) || ' files, '
    || (SELECT count(*) FROM check_confirm WHERE business_date = %(day)s) || ' confirms'
