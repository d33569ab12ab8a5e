-- recon_control: control accounts that are not the sum of their open rows, at this moment: one snapshot, no lock.
WITH part (account, open) AS (
    SELECT account, amount_minor - captured_minor - released_minor FROM hold
    WHERE lane = %(lane)s AND captured_minor + released_minor < amount_minor
    UNION ALL
    SELECT h.base + 3, w.amount_minor FROM withdrawal w JOIN holder_account h ON h.lane = w.lane AND h.id = w.holder
    WHERE w.lane = %(lane)s AND w.state IN ('unconfirmed', 'challenged', 'held', 'sent', 'in_doubt')
    UNION ALL
    SELECT account, amount_minor FROM payout
    WHERE lane = %(lane)s AND came_from <> 0 AND state IN ('held', 'sent', 'in_doubt')
    UNION ALL
    SELECT h.base + 1, d.amount_minor FROM deposit d JOIN holder_account h ON h.lane = d.lane AND h.id = d.holder
    WHERE d.lane = %(lane)s AND d.state = 'uncleared'
    UNION ALL
    SELECT c.account, d.amount_minor FROM deposit d JOIN clearing c ON c.lane = d.lane AND c.id = d.clearing
    WHERE d.lane = %(lane)s AND d.state = 'uncleared'
    UNION ALL
    SELECT account, frozen_minor - taking_minor - taken_minor FROM legal_freeze WHERE lane = %(lane)s
    UNION ALL
    SELECT p.base + CASE s.code WHEN '2210' THEN 5 WHEN '2220' THEN 6 ELSE 7 END, s.left_minor
    FROM suspense_item s JOIN pool p ON p.lane = s.lane AND p.id = s.pool WHERE s.lane = %(lane)s AND s.left_minor > 0
    UNION ALL
    SELECT p.firm, s.amount_minor - s.made_good_minor FROM shortfall s JOIN pool p ON p.lane = s.lane AND p.id = s.pool
    WHERE s.lane = %(lane)s AND s.cause <> 'client_debt'
    UNION ALL
    SELECT account, amount_minor - repaid_minor FROM client_debt WHERE lane = %(lane)s AND state <> 'borne'
    UNION ALL
    SELECT account, amount_minor - given_back_minor FROM unclaimed WHERE lane = %(lane)s AND state <> 'handed_over'),
open AS (SELECT account, sum(open)::int8 AS minor FROM part GROUP BY 1),
stands AS (
    SELECT a.account, a.code, a.owner, a.pool, a.currency, b.balance
    FROM balance b JOIN account a ON a.lane = b.lane AND a.account = b.account
    WHERE b.lane = %(lane)s AND a.code IN ('2020', '2125', '2030', '2155', '2015', '1020', '2040', '2210', '2220', '2230', '1030',
                                           '1040', '2310'))
SELECT coalesce(account, 0), coalesce(code, ''), coalesce(owner, ''), coalesce(pool, ''), coalesce(currency, ''),
       coalesce(balance, 0), coalesce(minor, 0), count(*) OVER ()
FROM stands FULL JOIN open USING (account)
WHERE coalesce(balance, 0) <> coalesce(minor, 0) ORDER BY 1 LIMIT %(limit)s
