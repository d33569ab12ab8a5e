-- webhook_endpoints_count: how many endpoints a lane has that were not deleted.
SELECT count(*) FROM webhook_endpoint WHERE lane = %(lane)s AND state <> 'deleted'
