-- The three-way match as a person would write it for DuckDB: the measure of `reconciliation/match.py`, and its second opinion.
-- Reads the views platform, ledger and bank and the variables day and most; returns the same table of breaks, row by row.
WITH suspects AS (
    SELECT reference
    FROM (
        SELECT 0 AS side, coalesce(reference, '') AS reference, currency, amount_minor, 0 AS platforms, 0 AS banks,
               CASE WHEN counterparty <> '' THEN hash(counterparty) END AS party,
               hash(booked_on, listing, status) AS orders, NULL AS entries
        FROM platform
        UNION ALL
        SELECT 1, coalesce(reference, ''), currency, amount_minor, at_platform::int, at_bank::int,
               CASE WHEN counterparty <> '' THEN hash(counterparty) END,
               hash(booked_on, listing, status), hash(booked_on, value_on, account)
        FROM ledger
        UNION ALL
        SELECT 2, coalesce(reference, ''), currency, amount_minor, 0, 0,
               CASE WHEN counterparty <> '' THEN hash(counterparty) END,
               NULL, hash(booked_on, value_on, account)
        FROM bank
    )
    GROUP BY reference, currency
    HAVING NOT (
        reference <> ''
        AND count(*) FILTER (side = 1) = 1
        AND count(*) FILTER (side = 0) = max(platforms)
        AND count(*) FILTER (side = 2) = max(banks)
        AND min(amount_minor) = max(amount_minor)
        AND min(party) IS NOT DISTINCT FROM max(party)
        AND min(orders) IS NOT DISTINCT FROM max(orders)
        AND min(entries) IS NOT DISTINCT FROM max(entries)
    )
),

rest AS (
    SELECT side, line, reference, amount_minor, booked_on, value_on::varchar AS value_on, currency,
           at_platform AND side = 'ledger' AS at_platform, at_bank AND side = 'ledger' AS at_bank,
           nullif(account, '') AS account, nullif(counterparty, '') AS counterparty, nullif(listing, '') AS listing,
           nullif(status, '') AS status, nullif(batch, '') AS batch, nullif(kind, '') AS kind,
           CASE WHEN reference = '' THEN side || ':' || line ELSE '' END AS itself
    FROM (
        SELECT 'platform' AS side, * REPLACE (coalesce(reference, '') AS reference) FROM platform
        UNION ALL BY NAME
        SELECT 'ledger' AS side, * REPLACE (coalesce(reference, '') AS reference) FROM ledger
        UNION ALL BY NAME
        SELECT 'bank' AS side, * REPLACE (coalesce(reference, '') AS reference) FROM bank
    )
    SEMI JOIN suspects USING (reference)
),

-- one row a side of a reference; a text is kept where the side says one thing
of_side AS (
    SELECT reference, itself, side,
           count(*) AS lines, sum(amount_minor)::int8 AS minor, min(amount_minor) AS least, max(amount_minor) AS most,
           min(line) AS line, min(booked_on) AS day, max(booked_on) AS last_day,
           bool_or(at_platform) AS at_platform, bool_or(at_bank) AS at_bank,
           min(currency) AS first_currency, max(currency) AS last_currency,
           CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency,
           CASE WHEN min(account) = max(account) THEN min(account) END AS account,
           CASE WHEN min(counterparty) = max(counterparty) THEN min(counterparty) END AS counterparty,
           CASE WHEN min(listing) = max(listing) THEN min(listing) END AS listing,
           CASE WHEN min(status) = max(status) THEN min(status) END AS status,
           CASE WHEN min(value_on) = max(value_on) THEN min(value_on) END AS value_on,
           CASE WHEN min(batch) = max(batch) THEN min(batch) END AS batch,
           CASE WHEN min(kind) = max(kind) THEN min(kind) END AS kind,
           bool_or(kind = 'exchange') AS exchanged,
           coalesce(sum(amount_minor) FILTER (kind = 'return'), 0)::int8 AS returned,
           coalesce(sum(amount_minor) FILTER (kind = 'reversal'), 0)::int8 AS reversed,
           coalesce(sum(amount_minor) FILTER (kind IN ('charge', 'interest')), 0)::int8 AS charged
    FROM rest
    GROUP BY reference, itself, side
),

units AS (
    SELECT coalesce(l.reference, p.reference, b.reference) AS reference, coalesce(l.itself, p.itself, b.itself) AS itself,
           p, l, b, p.line IS NOT NULL AS has_p, l.line IS NOT NULL AS has_l, b.line IS NOT NULL AS has_b,
           coalesce(l.at_platform, FALSE) AS at_platform, coalesce(l.at_bank, FALSE) AS at_bank,
           least(p.day, l.day, b.day) AS since, greatest(p.last_day, l.last_day, b.last_day) AS until,
           b.minor - l.minor AS bank_more, p.minor - l.minor AS platform_more
    FROM (SELECT * FROM of_side WHERE side = 'ledger') AS l
    FULL JOIN (SELECT * FROM of_side WHERE side = 'platform') AS p ON p.reference = l.reference AND p.itself = l.itself
    FULL JOIN (SELECT * FROM of_side WHERE side = 'bank') AS b
      ON b.reference = coalesce(l.reference, p.reference) AND b.itself = coalesce(l.itself, p.itself)
),

-- what the ledger wants of a side, and what a side offers the ledger
claims_0 AS (
    SELECT reference, itself, 'bank' AS side, has_l AS wants, o.line, o.currency, coalesce(o.account, '') AS account,
           o.counterparty, o.minor, o.day, coalesce(o.batch, nullif(reference, '')) AS batch, FALSE AS found
    FROM (SELECT *, CASE WHEN has_l THEN l ELSE b END AS o FROM units WHERE (has_l AND at_bank AND NOT has_b) OR (has_b AND NOT has_l))
    UNION ALL
    SELECT reference, itself, 'platform', has_l, o.line, o.currency, '',
           o.counterparty, o.minor, o.day, coalesce(o.batch, nullif(reference, '')), FALSE
    FROM (SELECT *, CASE WHEN has_l THEN l ELSE p END AS o FROM units WHERE (has_l AND at_platform AND NOT has_p) OR (has_p AND NOT has_l))
),

claims_1 AS (
    SELECT * REPLACE (
        found OR (counterparty IS NOT NULL AND count(*) FILTER (wants) OVER same = count(*) FILTER (NOT wants) OVER same) AS found
    )
    FROM claims_0
    WINDOW same AS (PARTITION BY side, currency, account, counterparty, day, minor)
),

claims_2 AS (
    SELECT * EXCLUDE (wanting, offering, wanted, offered) REPLACE (
        found OR coalesce(
            batch IS NOT NULL AND wanted = offered
            AND least(wanting, offering) = 1 AND greatest(wanting, offering) <= getvariable('most'), FALSE
        ) AS found
    )
    FROM (
        SELECT *,
               count(*) FILTER (wants AND NOT found) OVER same AS wanting, count(*) FILTER (NOT wants AND NOT found) OVER same AS offering,
               sum(minor) FILTER (wants AND NOT found) OVER same AS wanted, sum(minor) FILTER (NOT wants AND NOT found) OVER same AS offered
        FROM claims_1
        WINDOW same AS (PARTITION BY side, currency, account, batch)
    )
),

claims_3 AS (
    SELECT * EXCLUDE (wanting, offering, wanted, offered) REPLACE (
        found OR coalesce(
            counterparty IS NOT NULL AND wanted = offered
            AND least(wanting, offering) = 1 AND greatest(wanting, offering) <= getvariable('most'), FALSE
        ) AS found
    )
    FROM (
        SELECT *,
               count(*) FILTER (wants AND NOT found) OVER same AS wanting, count(*) FILTER (NOT wants AND NOT found) OVER same AS offering,
               sum(minor) FILTER (wants AND NOT found) OVER same AS wanted, sum(minor) FILTER (NOT wants AND NOT found) OVER same AS offered
        FROM claims_2
        WINDOW same AS (PARTITION BY side, currency, account, counterparty, day, sign(minor))
    )
),

answers AS (
    SELECT reference, itself,
           bool_or(found AND wants AND side = 'bank') AS bank_found,
           bool_or(found AND wants AND side = 'platform') AS platform_found,
           bool_or(found AND NOT wants) AS ledger_found,
           coalesce(max(CASE WHEN is_hint THEN CASE WHEN wants THEN side ELSE 'ledger' END END), '') AS perhaps_side,
           max(CASE WHEN is_hint THEN CASE WHEN wants THEN offering_line ELSE wanting_line END END) AS perhaps_line
    FROM (
        SELECT *,
               NOT found AND count(*) FILTER (wants AND NOT found) OVER same = 1
               AND count(*) FILTER (NOT wants AND NOT found) OVER same = 1 AS is_hint,
               min(line) FILTER (wants AND NOT found) OVER same AS wanting_line,
               min(line) FILTER (NOT wants AND NOT found) OVER same AS offering_line
        FROM claims_3
        WINDOW same AS (PARTITION BY side, currency, account, minor)
    )
    GROUP BY reference, itself
),

seen AS (
    SELECT u.*, a.perhaps_side, a.perhaps_line,
           at_bank AND NOT has_b AND NOT coalesce(bank_found, FALSE) AS lacks_b,
           at_platform AND NOT has_p AND NOT coalesce(platform_found, FALSE) AS lacks_p,
           NOT has_l AND NOT coalesce(ledger_found, FALSE) AS is_unknown,
           coalesce(bank_more <> 0, FALSE) AS bank_off, coalesce(platform_more <> 0, FALSE) AS platform_off
    FROM units AS u
    LEFT JOIN answers AS a ON a.reference = u.reference AND a.itself = u.itself
    WHERE since <= getvariable('day')
),

found AS (
    SELECT *,
           CASE
               WHEN is_unknown AND b.kind = 'charge' THEN ['BRK12', 'charged_by_bank', '', 'there']
               WHEN is_unknown AND b.kind = 'interest' THEN ['BRK12', 'interest_by_bank', '', 'there']
               WHEN is_unknown AND b.kind = 'return' THEN ['BRK11', 'returned_by_bank', '', 'there']
               WHEN is_unknown AND b.kind = 'reversal' THEN ['BRK10', 'reversed_at_bank', '', 'there']
               WHEN is_unknown AND has_p AND has_b THEN ['BRK08', 'ledger_missed_it', '', 'there']
               WHEN is_unknown AND b.minor < 0 THEN ['BRK08', 'unordered_debit', '', 'there']
               WHEN is_unknown AND has_b THEN ['BRK08', 'unidentified_receipt', '', 'there']
               WHEN is_unknown THEN ['BRK02', 'ordered_elsewhere', '', 'there']
               WHEN NOT has_l THEN NULL
               WHEN least(p.first_currency, l.first_currency, b.first_currency)
                    <> greatest(p.last_currency, l.last_currency, b.last_currency) THEN ['BRK03', 'sides_differ', 'currency', 'there']
               WHEN bank_off AND bank_more = b.returned THEN ['BRK11', 'returned_by_bank', 'amount_minor', 'apart']
               WHEN bank_off AND bank_more = b.reversed THEN ['BRK10', 'reversed_at_bank', 'amount_minor', 'apart']
               WHEN bank_off AND -bank_more = l.reversed THEN ['BRK10', 'reversed_in_ledger', 'amount_minor', 'apart']
               WHEN bank_off AND bank_more = b.charged THEN ['BRK12', 'charged_by_bank', 'amount_minor', 'apart']
               WHEN bank_off AND (coalesce(b.exchanged, FALSE) OR coalesce(l.exchanged, FALSE) OR coalesce(p.exchanged, FALSE))
                    AND abs(bank_more) <= b.lines + l.lines THEN ['BRK13', 'rounded_apart', 'amount_minor', 'apart']
               WHEN (bank_off OR platform_off) AND l.least = l.most
                    AND ((l.most = b.most AND l.lines > b.lines) OR (l.most = p.most AND l.lines > p.lines))
                   THEN ['BRK05', 'twice_in_ledger', 'amount_minor', 'apart']
               WHEN bank_off AND b.least = b.most AND b.most = l.most AND b.lines > l.lines
                   THEN ['BRK05', 'twice_at_bank', 'amount_minor', 'apart']
               WHEN platform_off AND p.least = p.most AND p.most = l.most AND p.lines > l.lines
                   THEN ['BRK05', 'twice_at_platform', 'amount_minor', 'apart']
               WHEN platform_off AND has_b AND NOT bank_off THEN ['BRK03', 'platform_differs', 'amount_minor', 'apart']
               WHEN bank_off AND has_p AND NOT platform_off THEN ['BRK03', 'bank_differs', 'amount_minor', 'apart']
               WHEN (bank_off OR platform_off) AND b.minor = p.minor THEN ['BRK03', 'ledger_differs', 'amount_minor', 'apart']
               WHEN bank_off OR platform_off THEN ['BRK03', 'sides_differ', 'amount_minor', 'apart']
               WHEN has_b AND NOT at_bank THEN ['BRK08', 'ledger_missed_it', '', 'there']
               WHEN lacks_b AND l.kind = 'reversal' THEN ['BRK10', 'reversed_in_ledger', '', 'there']
               WHEN lacks_b AND lacks_p THEN ['BRK09', 'ledger_alone', '', 'there']
               WHEN lacks_b THEN ['BRK09', 'in_transit', '', 'there']
               WHEN lacks_p THEN ['BRK01', 'callback_lost', '', 'there']
               WHEN until > getvariable('day') THEN ['BRK07', 'cut_off_between', 'booked_on', 'none']
               WHEN p.status <> l.status THEN ['BRK04', 'sides_differ', 'status', 'there']
               WHEN least(p.counterparty, l.counterparty, b.counterparty) <> greatest(p.counterparty, l.counterparty, b.counterparty)
                   THEN ['BRK06', 'sides_differ', 'counterparty', 'there']
               WHEN p.listing <> l.listing THEN ['BRK06', 'sides_differ', 'listing', 'there']
               WHEN l.account <> b.account THEN ['BRK06', 'sides_differ', 'account', 'there']
               WHEN l.value_on <> b.value_on THEN ['BRK16', 'sides_differ', 'value_on', 'none']
           END AS rung
    FROM seen
)

SELECT rung[1] AS code, since, date_diff('day', since, getvariable('day')) AS age_days,
       coalesce(l.currency, b.currency, p.currency, '') AS currency,
       CASE rung[4]
           WHEN 'there' THEN abs(coalesce(l.minor, b.minor, p.minor))
           WHEN 'apart' THEN greatest(coalesce(abs(bank_more), 0), coalesce(abs(platform_more), 0))
           ELSE 0
       END AS at_risk_minor,
       reference, coalesce(l.account, b.account, p.account, '') AS account,
       p.line AS platform_line, l.line AS ledger_line, b.line AS bank_line,
       coalesce(p.lines, 0) AS platform_count, coalesce(l.lines, 0) AS ledger_count, coalesce(b.lines, 0) AS bank_count,
       p.minor AS platform_minor, l.minor AS ledger_minor, b.minor AS bank_minor,
       rung[3] AS field,
       coalesce(CASE rung[3] WHEN 'amount_minor' THEN p.minor::varchar WHEN 'booked_on' THEN p.day::varchar WHEN 'currency' THEN p.currency
           WHEN 'account' THEN p.account WHEN 'counterparty' THEN p.counterparty WHEN 'listing' THEN p.listing
           WHEN 'status' THEN p.status WHEN 'value_on' THEN p.value_on END, '') AS platform_said,
       coalesce(CASE rung[3] WHEN 'amount_minor' THEN l.minor::varchar WHEN 'booked_on' THEN l.day::varchar WHEN 'currency' THEN l.currency
           WHEN 'account' THEN l.account WHEN 'counterparty' THEN l.counterparty WHEN 'listing' THEN l.listing
           WHEN 'status' THEN l.status WHEN 'value_on' THEN l.value_on END, '') AS ledger_said,
       coalesce(CASE rung[3] WHEN 'amount_minor' THEN b.minor::varchar WHEN 'booked_on' THEN b.day::varchar WHEN 'currency' THEN b.currency
           WHEN 'account' THEN b.account WHEN 'counterparty' THEN b.counterparty WHEN 'listing' THEN b.listing
           WHEN 'status' THEN b.status WHEN 'value_on' THEN b.value_on END, '') AS bank_said,
       rung[2] AS cause, coalesce(perhaps_side, '') AS perhaps_side, perhaps_line
FROM found
WHERE rung IS NOT NULL
ORDER BY code, reference, platform_line, ledger_line, bank_line
