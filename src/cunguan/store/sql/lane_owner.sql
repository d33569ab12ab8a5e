-- lane_owner: who writes a lane now, by PostgreSQL's clock.
SELECT owner FROM lease WHERE lane = %s AND until > clock_timestamp()
