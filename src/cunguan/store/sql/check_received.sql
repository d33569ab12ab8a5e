-- check_received: what was sent under an id: its date, kind, form and hash.
SELECT business_date, kind, form, sha256, received_at FROM check_upload WHERE lane = %(lane)s AND instruction_id = %(instruction_id)s
