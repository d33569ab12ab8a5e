-- lease_give_back: a clean stop lets the next writer begin at once; ten seconds long the successor alone, if one was named.
UPDATE lease SET until = CASE WHEN successor = '' THEN '-infinity' ELSE clock_timestamp() END
WHERE lane = %(lane)s AND owner = %(owner)s AND token = %(token)s
