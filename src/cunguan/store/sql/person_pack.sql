-- person_pack: the rule pack of a lane's platform. Locks nothing.
SELECT pack FROM platform WHERE lane = 0 AND for_lane = %(lane)s
