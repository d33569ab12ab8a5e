-- 0012_channels: laid out by its owner.
INSERT INTO schema_step (number, name) VALUES (12, '0012_channels');
