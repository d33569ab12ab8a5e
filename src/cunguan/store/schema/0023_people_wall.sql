-- 0023 the portals' wall: which lanes a client's pages may read. Expand only.

-- The lanes where a person may have accounts, as `cunguan.lanes` wants them: '3,7', or '' for nobody. The owner's own, for lane 0
-- itself lies behind the wall.
CREATE FUNCTION lanes_of_person(wanted text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(DISTINCT l.for_lane::text, ','), '') FROM public.person_link l WHERE l.lane = 0 AND l.person = wanted
$$;
REVOKE ALL ON FUNCTION lanes_of_person(text) FROM PUBLIC;

-- The lanes of this transaction's wall; none where nobody has said any.
CREATE FUNCTION web_lanes() RETURNS int4[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE current_setting('cunguan.lanes', true) WHEN '*' THEN '{}'
        ELSE string_to_array(coalesce(current_setting('cunguan.lanes', true), ''), ',')::int4[] END
$$;

-- Whether this transaction is of the custodian's people, or of those who supervise it.
CREATE FUNCTION web_sees_all() RETURNS bool LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('cunguan.lanes', true), '') = '*'
$$;

INSERT INTO schema_step (number, name) VALUES (23, '0023_people_wall');
