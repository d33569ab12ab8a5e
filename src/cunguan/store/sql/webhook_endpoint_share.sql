-- webhook_endpoint_share: keep an endpoint's row as it is while one of its deliveries ends. Shared by all that end; before deliveries.
SELECT id FROM webhook_endpoint WHERE lane = %(lane)s AND id = %(endpoint)s FOR KEY SHARE
