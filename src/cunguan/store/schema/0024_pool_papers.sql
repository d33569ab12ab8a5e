-- 0024 which contract and which letter of its bank stand behind a pool (issue People 1). Expand only.

INSERT INTO schema_step (number, name) VALUES (24, '0024_pool_papers');
