-- lane_places: every lane of the installation, who has it by PostgreSQL's clock ('' nobody), and whether its owner's lease has
-- run out within the last minute; one that was given back was not lost. A successor that was named has ten seconds.
SELECT d.lane, coalesce(CASE WHEN l.until > clock_timestamp() THEN l.owner END, ''),
       coalesce(isfinite(l.until) AND l.until <= clock_timestamp() AND l.until > clock_timestamp() - interval '60 s', false)
FROM (SELECT 0 AS lane UNION SELECT for_lane FROM platform WHERE lane = 0) d LEFT JOIN lease l USING (lane)
ORDER BY d.lane
