-- 0007 what a client is asked to confirm at the custodian's page.

INSERT INTO schema_step (number, name) VALUES (7, '0007_authorisations');
