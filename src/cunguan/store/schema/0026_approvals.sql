-- 0026 what approvals of the custodian's people leave for those who prove (issue People 4). Expand only.

INSERT INTO schema_step (number, name) VALUES (26, '0026_approvals');
