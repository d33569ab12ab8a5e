-- sealed_is_there: whether anything was sealed already, so that the key it was sealed with must be somewhere. Locks nothing.
SELECT EXISTS (SELECT FROM bank_file_part) OR EXISTS (SELECT FROM payee_detail) AS is_there
