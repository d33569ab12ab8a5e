-- 0017 what waits for the log: payments that leave only when others have seen what allows them; time stamps of checkpoints.
-- Expand only: tables of the doors, which no decision reads. Source: ADR 0038, 0039.

-- From which amount on a payment of a currency waits for the log, and what happens while the witnesses are away (先留痕后付款):
-- versions, of which the last one holds; the first one is made by two people, and so is every other.
-- `amount_minor` null: no payment of this currency waits. `cap_minor`: what may leave unseen in one day, all payments together.
CREATE TABLE log_before_pay (
    currency              text COLLATE "C" NOT NULL,
    version               int4 NOT NULL,
    amount_minor          int8,
    away                  text COLLATE "C" NOT NULL,
    patience_seconds      int4 NOT NULL,
    cap_minor             int8 NOT NULL,
    reason                text NOT NULL,
    maker                 text COLLATE "C" NOT NULL,
    checker               text COLLATE "C" NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT log_before_pay_is_there_once PRIMARY KEY (currency, version),
    CONSTRAINT log_before_pay_amount_is_not_below_zero CHECK (amount_minor >= 0),
    CONSTRAINT log_before_pay_away_is_known CHECK (away IN ('hold', 'release')),
    CONSTRAINT log_before_pay_has_a_cap_where_it_releases CHECK ((away = 'release') = (cap_minor > 0) AND patience_seconds >= 0),
    CONSTRAINT log_before_pay_is_made_by_two CHECK (maker <> checker AND maker <> '' AND checker <> '')
);

-- A payment that left before its leaf was cosigned, as the policy allows while the witnesses are away (未见证放行).
CREATE TABLE log_release (
    lane                  int4 NOT NULL,
    payment               text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    version               int4 NOT NULL,
    day                   date NOT NULL,
    code                  int4 NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT log_release_is_there_once PRIMARY KEY (lane, payment),
    CONSTRAINT log_release_is_by_a_policy FOREIGN KEY (currency, version) REFERENCES log_before_pay (currency, version)
);
CREATE INDEX log_release_by_day ON log_release (currency, day);

-- Payments that wait for the log now (待留痕付款), for whoever looks: the sender of a lane writes what it found last.
CREATE TABLE log_wait (
    lane                  int4 NOT NULL,
    payment               text COLLATE "C" NOT NULL,
    currency              text COLLATE "C" NOT NULL,
    amount_minor          int8 NOT NULL,
    code                  int4 NOT NULL,
    why                   text NOT NULL,
    since                 timestamptz NOT NULL,
    CONSTRAINT log_wait_is_there_once PRIMARY KEY (lane, payment)
) WITH (fillfactor = 70);

-- A time stamp of a checkpoint by an authority of its own (可信时间戳): the token as it came, verified before it was kept.
CREATE TABLE log_anchor (
    log                   int4 NOT NULL,
    size                  int8 NOT NULL,
    authority             text COLLATE "C" NOT NULL,
    serial                text COLLATE "C" NOT NULL,
    stamped_at            timestamptz NOT NULL,
    token                 bytea NOT NULL,
    note                  bytea NOT NULL,
    at                    timestamptz NOT NULL,
    CONSTRAINT log_anchor_is_there_once PRIMARY KEY (log, size, authority)
);

CREATE TRIGGER log_before_pay_is_append_only BEFORE UPDATE OR DELETE ON log_before_pay FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_before_pay_is_never_emptied BEFORE TRUNCATE ON log_before_pay FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_release_is_append_only BEFORE UPDATE OR DELETE ON log_release FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_release_is_never_emptied BEFORE TRUNCATE ON log_release FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_anchor_is_append_only BEFORE UPDATE OR DELETE ON log_anchor FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER log_anchor_is_never_emptied BEFORE TRUNCATE ON log_anchor FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- both are acts: whoever reads the log sees that a policy was changed, and that a payment left unseen
CREATE CONSTRAINT TRIGGER log_before_pay_is_an_act AFTER INSERT ON log_before_pay DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'currency');
CREATE CONSTRAINT TRIGGER log_release_is_an_act AFTER INSERT ON log_release DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_row('5', 'payment');

INSERT INTO schema_step (number, name) VALUES (17, '0017_witnesses');
