-- client_deposits: a holder's deposits, the newest first, before a sequence; `settle_date` of those a channel owes. Locks nothing.
SELECT d.id, d.amount_minor, d.channel, d.state, d.seq, b.at, b.business_date,
       (SELECT settle_date FROM clearing WHERE lane = %(lane)s AND id = d.clearing LIMIT 1) AS settle_date
FROM (SELECT id, amount_minor, channel, clearing, state, seq FROM deposit
      WHERE lane = %(lane)s AND holder = %(holder)s AND seq < %(before)s ORDER BY seq DESC LIMIT %(limit)s) d
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch
    WHERE lane = %(lane)s AND first_seq BETWEEN d.seq - 1000 AND d.seq AND last_seq >= d.seq LIMIT 1) b
ORDER BY d.seq DESC
