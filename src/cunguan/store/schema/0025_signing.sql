-- 0025 what a client's confirmation by passkey needs in the books (issue People 3). Expand only.

INSERT INTO schema_step (number, name) VALUES (25, '0025_signing');
