-- lease_give_back: a clean stop lets the next writer begin at once.
UPDATE lease SET until = '-infinity' WHERE lane = %(lane)s AND owner = %(owner)s AND token = %(token)s
