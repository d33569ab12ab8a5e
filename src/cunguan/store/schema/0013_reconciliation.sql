-- 0013_reconciliation: laid out by its owner.
INSERT INTO schema_step (number, name) VALUES (13, '0013_reconciliation');
