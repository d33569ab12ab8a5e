-- check_issue: keep a file as it is issued; one that is there already stays.
INSERT INTO check_file (lane, business_date, kind, form, first_seq, seq, row_count, debit_minor, credit_minor, issued_at, issued_on,
                        sha256,
                        key_id, signature, content)
VALUES (%(lane)s, %(business_date)s, %(kind)s, %(form)s, %(first_seq)s, %(seq)s, %(row_count)s, %(debit_minor)s, %(credit_minor)s,
        %(issued_at)s, %(issued_on)s, %(sha256)s, %(key_id)s, %(signature)s, %(content)s)
ON CONFLICT DO NOTHING
