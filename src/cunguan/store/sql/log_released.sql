-- log_released: what was let go unseen on a day, by currency.
SELECT currency, count(*), sum(amount_minor)::int8 FROM log_release WHERE day = %(day)s GROUP BY currency ORDER BY currency
