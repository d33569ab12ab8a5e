-- 0015_outgoing_stop: laid out by its owner.
INSERT INTO schema_step (number, name) VALUES (15, '0015_outgoing_stop');
