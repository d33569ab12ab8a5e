-- batch_insert: what every journal of these sequences reads: instant, date, code, pack, rules, salt key.
INSERT INTO batch (lane, first_seq, last_seq, at, business_date, code_version, pack_id, pack_version, rule_set_hash, salt_key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
