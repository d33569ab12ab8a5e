-- 0030 what the public page may know: sums by currency, verdicts, commitments; no platform's figures (issue People 8). Expand only.

-- The pools as the last run over each found them, with their sums; for the functions below alone.
--   clients: 2010, 2020, 2030, 2040, 2310 · owed: everybody's · cash: 1010 · bank: what the statements close with
CREATE FUNCTION public_pool_figures() RETURNS TABLE (
    lane int4, platform text, pool text, currency text, business_date date, made_at timestamptz, verdict text,
    clients_minor int8, owed_minor int8, cash_minor int8, bank_minor int8, unstated int8)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH runs AS (
        SELECT DISTINCT ON (r.business_date) r.business_date, r.made_at, convert_from(r.result, 'UTF8')::jsonb AS day
        FROM public.recon_run r
        WHERE r.business_date > (SELECT max(business_date) FROM public.recon_run) - 10
        ORDER BY r.business_date, r.id DESC),
    pools AS (
        SELECT DISTINCT ON (p ->> 'lane', p ->> 'pool') r.business_date, r.made_at, r.day, p
        FROM runs r CROSS JOIN LATERAL jsonb_array_elements(r.day -> 'pools') p
        ORDER BY p ->> 'lane', p ->> 'pool', r.business_date DESC)
    SELECT (p ->> 'lane')::int4, p ->> 'platform', p ->> 'pool', p ->> 'currency', o.business_date, o.made_at,
           CASE WHEN c.worst = 3 OR e.differs THEN 'differs' WHEN c.worst = 2 OR e.is_unknown THEN 'incomplete'
                WHEN c.worst = 1 THEN 'explained' ELSE 'agrees' END,
           e.clients, e.owed, e.cash, a.bank, a.unstated
    FROM pools o
    CROSS JOIN LATERAL (
        SELECT max(array_position('{agrees,explained,incomplete,differs}'::text[], one ->> 'verdict') - 1) AS worst
        FROM jsonb_array_elements(o.day -> 'checks') one WHERE one ->> 'lane' = p ->> 'lane') c
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(one ->> 'missing' = '' AND l.sum <> r.sum), false) AS differs,
               coalesce(bool_or(one ->> 'missing' <> ''), false) AS is_unknown,
               coalesce(sum(r.clients) FILTER (WHERE one ->> 'number' = '2'), 0)::int8 AS clients,
               coalesce(sum(r.owed) FILTER (WHERE one ->> 'number' = '2'), 0)::int8 AS owed,
               coalesce(sum(l.cash) FILTER (WHERE one ->> 'number' = '2'), 0)::int8 AS cash
        FROM jsonb_array_elements(p -> 'equations') one
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((t ->> 'amount_minor')::int8), 0) AS sum,
                   sum((t ->> 'amount_minor')::int8) FILTER (WHERE t ->> 'key' = 'custody_bank_account') AS cash
            FROM jsonb_array_elements(one -> 'left') t) l
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((t ->> 'amount_minor')::int8), 0) AS sum,
                   sum((t ->> 'amount_minor')::int8) FILTER (WHERE t ->> 'key' = ANY ('{available,held,frozen,outbound,unclaimed}'))
                       AS clients,
                   sum((t ->> 'amount_minor')::int8) FILTER (WHERE t ->> 'key' <> 'custodian_own') AS owed
            FROM jsonb_array_elements(one -> 'right') t) r) e
    CROSS JOIN LATERAL (
        SELECT coalesce(sum((one ->> 'closing_minor')::int8), 0)::int8 AS bank,
               count(*) FILTER (WHERE one ->> 'closing_minor' IS NULL) AS unstated
        FROM jsonb_array_elements(p -> 'accounts') one) a
$$;
REVOKE ALL ON FUNCTION public_pool_figures() FROM PUBLIC;

-- What is held of each currency, all pools together; `since` the oldest date among them.
CREATE FUNCTION public_held() RETURNS TABLE (
    currency text, pools int8, since date, upto date, clients_minor int8, owed_minor int8, cash_minor int8, bank_minor int8, unstated int8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.currency, count(*), min(f.business_date), max(f.business_date), sum(f.clients_minor)::int8, sum(f.owed_minor)::int8,
           sum(f.cash_minor)::int8, sum(f.bank_minor)::int8, sum(f.unstated)::int8
    FROM public.public_pool_figures() f GROUP BY f.currency ORDER BY f.currency
$$;
REVOKE ALL ON FUNCTION public_held() FROM PUBLIC;

-- When each pool was last reconciled, and with what verdict; no figures.
CREATE FUNCTION public_reconciled() RETURNS TABLE (platform text, pool text, currency text, business_date date, made_at timestamptz, verdict text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.platform, f.pool, f.currency, f.business_date, f.made_at, f.verdict FROM public.public_pool_figures() f
    ORDER BY f.platform, f.pool
$$;
REVOKE ALL ON FUNCTION public_reconciled() FROM PUBLIC;

-- The newest snapshot of each pool as the log binds it: commitments, the act, and what attesters say of the money.
CREATE FUNCTION public_snapshots() RETURNS TABLE (
    platform text, pool text, currency text, at text, business_date date, id text, root text, total text, act int8, assets text,
    attesters int8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(p.id, ''), s.pool, s.currency, s.at, s.business_date, s.id, s.root, s.total,
           (SELECT min(a.seq) FROM public.log_act a WHERE a.subject = 'liability_snapshot:' || s.id),
           coalesce((SELECT t.assets FROM public.liability_attestation t WHERE t.snapshot = s.id AND t.assets <> 'not_attested'
                     ORDER BY t.recorded_at DESC LIMIT 1), 'not_attested'),
           (SELECT count(DISTINCT t.role) FROM public.liability_attestation t WHERE t.snapshot = s.id)
    FROM public.pool o
    CROSS JOIN LATERAL (SELECT * FROM public.liability_snapshot n WHERE n.lane = o.lane AND n.pool = o.id ORDER BY n.at DESC LIMIT 1) s
    LEFT JOIN public.platform p ON p.lane = 0 AND p.for_lane = s.lane
    ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION public_snapshots() FROM PUBLIC;

INSERT INTO schema_step (number, name) VALUES (30, '0030_public');
