-- person_platform: the lane and the rule pack of a platform. Locks nothing.
SELECT for_lane, pack FROM platform WHERE lane = 0 AND id = %(platform)s
