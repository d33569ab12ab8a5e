-- check_newest: the newest date of a lane whose files are issued, and the newest that is over at all.
SELECT (SELECT max(business_date) FROM check_file WHERE lane = %(lane)s AND kind = 'lanmao'),
       (SELECT max(business_date) FROM batch WHERE lane = %(lane)s AND business_date > '0001-01-01' AND business_date < %(today)s)
