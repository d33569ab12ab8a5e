-- log_rows_batches: the batches that a range of sequences was committed with.
SELECT first_seq, last_seq, at, business_date, pack_id, pack_version, rule_set_hash, code_version, salt_key_id
FROM batch WHERE lane = %(lane)s AND first_seq <= %(last)s AND first_seq >= (
    SELECT coalesce(max(first_seq), 0) FROM batch WHERE lane = %(lane)s AND first_seq <= %(first)s) ORDER BY first_seq
