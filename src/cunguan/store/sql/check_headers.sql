-- check_headers: the files of a date without their bytes.
SELECT kind, form, first_seq, seq, row_count, debit_minor, credit_minor, issued_at, sha256, key_id, length(content)
FROM check_file WHERE lane = %(lane)s AND business_date = %(business_date)s ORDER BY kind, form
