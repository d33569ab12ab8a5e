-- What is written of parties is never rewritten, and each row is seen by those whom it concerns. Source: issue "People" 1, 10; ADR 0046.

CREATE TRIGGER parties_check_is_append_only BEFORE UPDATE OR DELETE ON parties_check FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_check_is_never_emptied BEFORE TRUNCATE ON parties_check FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_step_is_append_only BEFORE UPDATE OR DELETE ON parties_step FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_step_is_never_emptied BEFORE TRUNCATE ON parties_step FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_letter_is_append_only BEFORE UPDATE OR DELETE ON parties_letter FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_letter_is_never_emptied BEFORE TRUNCATE ON parties_letter FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_supervisor_is_append_only BEFORE UPDATE OR DELETE ON parties_supervisor FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER parties_supervisor_is_never_emptied BEFORE TRUNCATE ON parties_supervisor FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Of the portals' readers a client sees what is about himself, and the custodian's people see all. A platform sees its contract and
-- letters by the policies of its lane (store/roles.py), and nothing of what the custodian found out about it.
ALTER TABLE parties_party ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_owner ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_platform ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties_supervisor ENABLE ROW LEVEL SECURITY;
CREATE POLICY his_own ON parties_party USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all())
    OR person = (SELECT nullif(current_setting('cunguan.person', true), '')));
CREATE POLICY his_own ON parties_owner USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all())
    OR company_id = (SELECT nullif(current_setting('cunguan.person', true), '')));
CREATE POLICY his_own ON parties_check USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all())
    OR person = (SELECT nullif(current_setting('cunguan.person', true), '')));
CREATE POLICY his_own ON parties_consent USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all())
    OR person = (SELECT nullif(current_setting('cunguan.person', true), '')));
CREATE POLICY custodian ON parties_platform USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
CREATE POLICY custodian ON parties_step USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
CREATE POLICY custodian ON parties_supervisor USING (current_user <> 'cunguan_web' OR (SELECT web_sees_all()));
