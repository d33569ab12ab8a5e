-- directory: the lanes of the platforms that are registered.
SELECT for_lane FROM platform WHERE lane = 0 ORDER BY for_lane
