-- 0020_account_statements
-- Expand only.

INSERT INTO schema_step (number, name) VALUES (20, '0020_account_statements');
