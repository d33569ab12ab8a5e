-- notice_sent: a notice was taken by whoever delivers it; also where a later try has begun meanwhile.
UPDATE notices_notice SET outgoing = 'sent', last_error = '' WHERE id = %(number)s AND outgoing = 'waiting'
