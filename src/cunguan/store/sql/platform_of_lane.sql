-- platform_of_lane: the platform whose lane it is, as lane 0 registered it.
SELECT id, pack, state, sandbox FROM platform WHERE lane = 0 AND for_lane = %(lane)s
