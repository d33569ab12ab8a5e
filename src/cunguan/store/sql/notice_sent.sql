-- notice_sent: what became of notices that were handed over.
UPDATE notices_notice SET outgoing = %(state)s WHERE id = ANY (%(numbers)s::int8[])
