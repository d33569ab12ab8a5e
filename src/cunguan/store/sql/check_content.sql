-- check_content: one file as it was issued, and its signature.
SELECT content, signature, key_id FROM check_file
WHERE lane = %(lane)s AND business_date = %(business_date)s AND kind = %(kind)s AND form = %(form)s
