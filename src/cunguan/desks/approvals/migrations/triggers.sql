-- What the desk decides is held here again: a signature is of somebody with the role at that moment, of the version that stands, and
-- never the maker's as a checker's; a proposal goes forward only, and to `approved` or `done` only with its signatures; nobody has
-- roles that exclude each other. Source: transparency.md part 6; ADR 0049.

ALTER TABLE approvals_signature ADD CONSTRAINT approvals_signature_is_of_a_version
    FOREIGN KEY (proposal_id, version) REFERENCES approvals_version (proposal_id, number);

-- nobody may both change roles and approve money: the two sets of desks/people/roles.py EXCLUDED
CREATE FUNCTION people_role_excludes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('people_role'), hashtext(NEW.user_id::text));
    IF EXISTS (
        SELECT FROM people_role r WHERE r.user_id = NEW.user_id AND r.id <> NEW.id
           AND tstzrange(r.since, greatest(r.since, r.until)) && tstzrange(NEW.since, greatest(NEW.since, NEW.until))
           AND (r.role = 'role_admin' AND NEW.role IN ('maker', 'checker', 'senior_checker')
                OR NEW.role = 'role_admin' AND r.role IN ('maker', 'checker', 'senior_checker'))) THEN
        RAISE EXCEPTION 'nobody may both change roles and approve money' USING ERRCODE = '23514',
            CONSTRAINT = 'people_role_excludes_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_role_excludes_another BEFORE INSERT OR UPDATE ON people_role
    FOR EACH ROW EXECUTE FUNCTION people_role_excludes();

-- a version has as many checkers as its amount needs, by the bands that hold that day
CREATE FUNCTION approvals_version_look() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed int; of_currency text; began date;
BEGIN
    IF NEW.amount_minor IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT b.currency, max(b.since) INTO of_currency, began FROM approvals_band b
        WHERE b.currency IN (NEW.currency, '') AND b.since <= (NEW.at AT TIME ZONE 'UTC')::date
        GROUP BY b.currency ORDER BY b.currency = '' LIMIT 1;
    SELECT coalesce(max(b.quorum), 1) INTO needed FROM approvals_band b
        WHERE b.currency = of_currency AND b.since = began AND NEW.amount_minor > b.above_minor;
    IF NEW.quorum < needed THEN
        RAISE EXCEPTION 'this amount needs % checkers, not %', needed, NEW.quorum USING ERRCODE = '23514',
            CONSTRAINT = 'approvals_version_has_its_quorum';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_version_has_its_quorum BEFORE INSERT ON approvals_version
    FOR EACH ROW EXECUTE FUNCTION approvals_version_look();

CREATE FUNCTION approvals_signature_look() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one approvals_proposal; wanted approvals_version;
BEGIN
    SELECT * INTO one FROM approvals_proposal WHERE id = NEW.proposal_id FOR UPDATE;
    SELECT * INTO wanted FROM approvals_version WHERE proposal_id = NEW.proposal_id AND number = NEW.version;
    IF one.state <> 'open' OR one.version <> NEW.version OR one.expires_at <= NEW.at OR one.maker_id <> NEW.maker_id
       OR wanted.digest <> NEW.digest OR one.lane <> NEW.lane THEN
        RAISE EXCEPTION 'only the version that stands is signed, while it is open, under its own maker' USING ERRCODE = '23514',
            CONSTRAINT = 'approvals_signature_is_of_what_stands';
    END IF;
    IF NOT EXISTS (
        SELECT FROM people_role r JOIN people_user u ON u.id = r.user_id
        WHERE r.user_id = NEW.user_id AND u.is_active AND u.kind = 'staff' AND u.reference = NEW.reference AND r.role = NEW.role
          AND r.since <= NEW.at AND (r.until IS NULL OR r.until > NEW.at)) THEN
        RAISE EXCEPTION '% has no role % at that moment', NEW.reference, NEW.role USING ERRCODE = '23514',
            CONSTRAINT = 'approvals_signature_is_of_somebody_with_the_role';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_signature_is_of_what_stands BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION approvals_signature_look();

CREATE FUNCTION approvals_proposal_look() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed int; checkers int; makers int;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.version <> 1 THEN
            RAISE EXCEPTION 'a proposal begins open' USING ERRCODE = '23514', CONSTRAINT = 'approvals_proposal_begins_open';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.kind, NEW.lane, NEW.maker_id, NEW.maker_reference, NEW.created_at, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.lane, OLD.maker_id, OLD.maker_reference, OLD.created_at, OLD.expires_at)
       OR OLD.state NOT IN ('open', 'approved') OR (OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'done', 'refused'))
       OR (OLD.state = 'open' AND NEW.state = 'done')
       OR NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR OLD.state <> 'open' OR NEW.state <> 'open') THEN
        RAISE EXCEPTION 'proposal % goes forward only', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'approvals_proposal_goes_forward';
    END IF;
    IF NEW.state IN ('approved', 'done') THEN
        SELECT quorum INTO needed FROM approvals_version WHERE proposal_id = NEW.id AND number = NEW.version;
        SELECT count(DISTINCT user_id) FILTER (WHERE side = 'checker' AND user_id <> NEW.maker_id),
               count(*) FILTER (WHERE side = 'maker' AND user_id = NEW.maker_id)
          INTO checkers, makers FROM approvals_signature WHERE proposal_id = NEW.id AND version = NEW.version;
        IF makers <> 1 OR checkers < needed OR needed IS NULL THEN
            RAISE EXCEPTION 'proposal % has % of % checkers', NEW.id, checkers, needed USING ERRCODE = '23514',
                CONSTRAINT = 'approvals_proposal_has_its_signatures';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_proposal_goes_forward BEFORE INSERT OR UPDATE ON approvals_proposal
    FOR EACH ROW EXECUTE FUNCTION approvals_proposal_look();

-- what was broken is looked at once, by somebody else, and else never changed
CREATE FUNCTION approvals_broken_glass_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.reviewed_by <> '' OR (to_jsonb(NEW) - '{review,reviewed_by,reviewed_at}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{review,reviewed_by,reviewed_at}'::text[]) THEN
        RAISE EXCEPTION 'only the review of broken glass is added' USING ERRCODE = 'CG002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_broken_glass_is_reviewed_once BEFORE UPDATE ON approvals_broken_glass
    FOR EACH ROW EXECUTE FUNCTION approvals_broken_glass_look();

CREATE TRIGGER approvals_version_is_append_only BEFORE UPDATE OR DELETE ON approvals_version FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_version_is_never_emptied BEFORE TRUNCATE ON approvals_version FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_signature_is_append_only BEFORE UPDATE OR DELETE ON approvals_signature FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_signature_is_never_emptied BEFORE TRUNCATE ON approvals_signature FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_band_is_append_only BEFORE UPDATE OR DELETE ON approvals_band FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_band_is_never_emptied BEFORE TRUNCATE ON approvals_band FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_proposal_is_kept BEFORE DELETE ON approvals_proposal FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_proposal_is_never_emptied BEFORE TRUNCATE ON approvals_proposal FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER approvals_broken_glass_is_kept BEFORE DELETE ON approvals_broken_glass FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- Acts of the log: who signed what, what came of it, what was broken. Left out: texts that people wrote, and what the log's hash of
-- the assertion stands for.
CREATE CONSTRAINT TRIGGER approvals_signature_is_an_act AFTER INSERT ON approvals_signature DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('7', 'id', 'shown', 'assertion', 'public_key', 'key_id');
CREATE CONSTRAINT TRIGGER approvals_proposal_that_ends_is_an_act AFTER UPDATE ON approvals_proposal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION log_row('7', 'id', 'reason', 'answer');
CREATE CONSTRAINT TRIGGER approvals_band_is_an_act AFTER INSERT ON approvals_band DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'id');
CREATE CONSTRAINT TRIGGER approvals_broken_glass_is_an_act AFTER INSERT OR UPDATE ON approvals_broken_glass
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_row('7', 'id', 'reason');
CREATE CONSTRAINT TRIGGER people_role_is_an_act AFTER INSERT OR UPDATE ON people_role DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('7', 'id');

-- Proposals are the custodian's own: of the portals' readers only those who see all lanes. The roles are made after the tables: the
-- policy goes by their name.
ALTER TABLE approvals_proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals_broken_glass ENABLE ROW LEVEL SECURITY;
CREATE POLICY custodian ON approvals_proposal USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
CREATE POLICY custodian ON approvals_version USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
CREATE POLICY custodian ON approvals_signature USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
CREATE POLICY custodian ON approvals_broken_glass USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
