-- lanes_written: the lanes that a plane writes now, by PostgreSQL's clock, and which plane.
SELECT lane, owner FROM lease WHERE until > clock_timestamp() ORDER BY lane
