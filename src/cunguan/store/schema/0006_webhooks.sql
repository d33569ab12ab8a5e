-- 0006 endpoints, deliveries and the place up to which a lane's instructions were told.

INSERT INTO schema_step (number, name) VALUES (6, '0006_webhooks');
