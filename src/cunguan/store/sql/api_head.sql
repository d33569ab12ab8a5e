-- api_head: how far a lane has come, and its open day. Locks nothing.
SELECT l.head, l.at, d.business_date FROM lane l JOIN lane_day d ON d.lane = l.lane WHERE l.lane = %(lane)s
