-- lane_places: every lane of the installation, and who has it by PostgreSQL's clock ('' nobody).
SELECT d.lane, coalesce(CASE WHEN l.until > clock_timestamp() THEN l.owner END, '')
FROM (SELECT 0 AS lane UNION SELECT for_lane FROM platform WHERE lane = 0) d LEFT JOIN lease l USING (lane)
ORDER BY d.lane
