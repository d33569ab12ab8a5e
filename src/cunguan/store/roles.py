"""Roles (数据库角色): who may do what in the database, as statements a DBA can read and run.

When    `cunguan db roles --sql` prints them; on the embedded database they are run at migration
Shape   owner: migrations · plane: INSERT, and UPDATE only of lane, balance and state columns · web, audit: SELECT
        door: SELECT, and writes to the doors' own tables, never to money · log: SELECT of what leaves are made of, and the log's tables
        web also writes what is of people and not of money (_WEB); of tables with lanes it sees the lanes that its transaction
        names in `cunguan.lanes` and no others ('*': all, for the custodian's people), through the wall
Source  design/lanes.md rule 18; domain-decisions.md 10; issue "People" 10
"""

from collections.abc import Iterator

import psycopg

from cunguan.store.tables import tables

PLANE, WEB, AUDIT, DOOR, LOG = "cunguan_plane", "cunguan_web", "cunguan_audit", "cunguan_door", "cunguan_log"

#: append-only beside the rows
_INSERTED = (
    "batch", "instruction", "instruction_key", "authority", "account", "journal", "posting", "balance", "claim_move",
    "state_move", "lane", "lease", "lane_schema", "salt_key",
)  # fmt: skip
_UPDATED = {
    "lane": "token, head, at",
    "lease": "owner, token, until, successor",
    "balance": "balance, seq",
}
_TIMEOUTS = {PLANE: ("60s", "30s"), WEB: ("5s", "5s"), AUDIT: ("60s", "10s"), DOOR: ("5s", "5s"), LOG: ("60s", "30s")}

#: the doors' own tables: what the role `door` may do beside reading, "UPDATE (column, …)" where it is not the whole row
_DOORS: dict[str, str] = {
    "authorisation": "INSERT, UPDATE (state, decided_at, evidence_kind, key_id, public_key, evidence, answered_at, answer)",
    "bank_statement": "INSERT, UPDATE (state, same_as)",
    "bank_line": "INSERT",
    "bank_entry": "INSERT, UPDATE (instruction_id, outcome, cause)",
    "bank_bad_line": "INSERT, DELETE",
    "SEQUENCE bank_statement_id_seq": "USAGE",
    "SEQUENCE bank_line_id_seq": "USAGE",
    "bank_status": "INSERT, UPDATE (instruction_id, outcome, cause)",
    "bank_settlement": "INSERT, UPDATE (state)",
    "bank_settlement_order": "INSERT",
    "bank_file": "INSERT, UPDATE (state, why)",
    "bank_file_part": "INSERT",
    "bank_file_again": "INSERT",
    "SEQUENCE bank_file_id_seq": "USAGE",
    "bank_file_seen": "INSERT",
    "bank_order": "INSERT, UPDATE (sent_at)",
    "payee_detail": "INSERT",
    # personal data is written by the door; its states and the destruction of keys are the owner's (`cunguan person`)
    "subject_key": "INSERT, UPDATE (state)",
    "person_detail": "INSERT, UPDATE (key_version, name, id_type, id_number, phone, address, devices, cards, phone_index, "
    "id_number_index, card_number_indexes, name_index, jurisdiction, changed_at)",
    "person_document": "INSERT",
    "person_document_part": "INSERT, UPDATE (content)",
    "person_payee": "INSERT, UPDATE (name_hash, account_hash, key_version, content)",
    "person_access": "INSERT",
    "lanmao_profile": "INSERT, UPDATE",
    "lanmao_request": "INSERT, UPDATE (steps, told, answer, result, ended_at, notify_at, notify_failures, notified_at)",
    # the queue of the jobs worker (procrastinate's own tables)
    "procrastinate_jobs": "INSERT, UPDATE, DELETE",
    "procrastinate_events": "INSERT, UPDATE, DELETE",
    "procrastinate_workers": "INSERT, UPDATE, DELETE",
    "procrastinate_periodic_defers": "INSERT, UPDATE, DELETE",
    "SEQUENCE procrastinate_jobs_id_seq": "USAGE",
    "SEQUENCE procrastinate_events_id_seq": "USAGE",
    "SEQUENCE procrastinate_workers_id_seq": "USAGE",
    "SEQUENCE procrastinate_periodic_defers_id_seq": "USAGE",
    "webhook_endpoint": "INSERT, UPDATE",
    "webhook_secret": "INSERT, UPDATE (ends_at), DELETE",
    "webhook_cursor": "INSERT, UPDATE",
    "webhook_replay": "INSERT, UPDATE, DELETE",
    "webhook_delivery": "INSERT, UPDATE, DELETE",
    "webhook_attempt": "INSERT, UPDATE, DELETE",
    "safeguarding_regime": "INSERT",
    "safeguarding_means": "INSERT",
    "safeguarding_statement": "INSERT",
    "safeguarding_run": "INSERT",
    "safeguarding_sign_off": "INSERT",
    "safeguarding_breach": "INSERT",
    "safeguarding_notice": "INSERT",
    "liability_snapshot": "INSERT",
    "liability_attestation": "INSERT",
    "liability_export": "INSERT",
    "liability_key": "SELECT",  # two people register keys, by the owner's role
    "liability_key_end": "SELECT",
    "account_statement": "INSERT",
    "account_statement_run": "INSERT",
    "check_file": "INSERT",
    "check_upload": "INSERT",
    "check_break": "INSERT, UPDATE (state, closed_at, reason, maker, checker, owner)",
    "check_confirm": "INSERT",
    "recon_run": "INSERT",
    # what falls due by its date (doors/jobs/parties.py)
    "parties_party": "UPDATE (state, changed_at)",
    "parties_platform": "UPDATE (state, changed_at)",
    "parties_contract": "UPDATE (state, ended_on)",
    # what became of a proposal (doors/jobs/approvals.py)
    "approvals_proposal": "UPDATE (state, ended_at, asked_at, code, answer)",
    "SEQUENCE recon_run_id_seq": "USAGE",
    "recon_account": "INSERT",
    "recon_break": "INSERT, UPDATE (code, ours, theirs, at_risk_minor, unordered, cause, evidence, lines, run, state, owner, closed_at, "
    "matched)",
    "break_move": "INSERT",
    "sealing_key": "INSERT",
    "door_key": "INSERT, UPDATE (valid_until, revoked_at, revoked_by, reason, version)",
    "log_before_pay": "INSERT",
    "log_release": "INSERT",
    "log_wait": "INSERT, UPDATE, DELETE",
    "log_anchor": "INSERT",
    "door_profile": "SELECT",
    "notices_notice": "INSERT, UPDATE (outgoing, next_at, tries, tried_from, last_error, again_at, again_by)",
    "notices_cursor": "INSERT, UPDATE (seq)",
    # what the console keeps beside the books (schema 0027)
    "console_mark": "INSERT, UPDATE (upto)",
    "console_day": "INSERT, UPDATE (debit_minor, credit_minor)",
    "console_quarantine": "INSERT",
    "console_export": "UPDATE (state, row_count, made_at, content)",
    "door_nonce": "INSERT, DELETE, UPDATE (expires_at)",  # the update: FOR UPDATE of what is about to be forgotten
}

#: what the sequencer may do: it reads what leaves are made of, and nothing of anybody's
_LOG: dict[str, str] = {
    "lane, batch, instruction, journal, posting, authority, salt_key, schema_step, epoch": "SELECT",
    "log_act": "SELECT",
    "log_act_head": "SELECT",
    "log_origin": "SELECT, INSERT, UPDATE (closed_at)",
    "log_lane": "SELECT, INSERT, UPDATE (head)",
    "log_chunk": "SELECT, INSERT",
    "log_checkpoint": "SELECT, INSERT, UPDATE (note, cosigned_at)",
    "log_account": "SELECT, INSERT, UPDATE (number, last, seq)",
    "FUNCTION log_act_add": "EXECUTE",
}

#: what the portals write: of people, never of money; each desk's tables stand together
_WEB: dict[str, str] = {
    # people
    "people_user": "SELECT, INSERT, UPDATE",
    "people_role": "SELECT, INSERT, UPDATE (until, ended_by)",
    "people_session, people_attempt, people_device": "SELECT, INSERT, UPDATE, DELETE",
    "people_invitation": "SELECT, INSERT, UPDATE (used_at, user_id)",
    "people_freeze, people_event": "SELECT, INSERT",
    "account_emailaddress": "SELECT",  # allauth looks whether there is one
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "FUNCTION lanes_of_person": "EXECUTE",
    # approvals: what was asked for and signed is added and never changed
    "approvals_proposal": "SELECT, INSERT, UPDATE (version, state, ended_at, ended_by, reason, asked_at, code, answer)",
    "approvals_version": "SELECT, INSERT",
    "approvals_signature": "SELECT, INSERT",
    "approvals_band": "SELECT, INSERT",
    "approvals_broken_glass": "SELECT, INSERT, UPDATE (review, reviewed_by, reviewed_at)",
    # signing
    "signing_request": "SELECT, INSERT",
    "signing_shown": "SELECT, INSERT",
    "signing_assertion": "SELECT, INSERT",
    # parties: what was checked, reported, agreed is added; only where it stands and when it ended is moved
    "parties_party": "SELECT, INSERT, UPDATE (state, id_type, check_by, owners_note, changed_at)",
    "parties_owner": "SELECT, INSERT, UPDATE (until)",
    "parties_check": "SELECT, INSERT",
    "parties_consent": "SELECT, INSERT, UPDATE (ended_at)",
    "parties_platform": "SELECT, INSERT, UPDATE (company, unified_code, state, review_by, changed_at)",
    "parties_step": "SELECT, INSERT",
    "parties_contract": "SELECT, INSERT, UPDATE (state, ended_on)",
    "parties_letter": "SELECT, INSERT",
    "parties_supervisor": "SELECT, INSERT",
    # notices
    "notices_notice": "SELECT, INSERT, UPDATE (read_at)",
    "notices_callback": "SELECT, INSERT, UPDATE (called_at, called_by)",
    # the console
    "procrastinate_jobs": "SELECT (status, scheduled_at)",  # how many jobs failed; not what they were about
    "console_search": "INSERT",
    "console_export": "INSERT",
    # the public page
    "FUNCTION public_held, public_reconciled, public_snapshots": "EXECUTE",
}

#: tables that hold secrets: neither web nor audit reads them
_SECRET: tuple[str, ...] = ("webhook_secret", "sealing_key", "subject_key")

#: tables of the portals that nobody else has a use for
_OF_WEB: tuple[str, ...] = (
    "people_session",
    "people_device",
    "people_attempt",
    "people_invitation",
    "mfa_authenticator",
)

#: the desks' own tables, by how their names begin: no COPY goes into them, so row policies can stand on them
_DESKS = ("parties", "signing", "approvals", "notices")

#: The wall. PostgreSQL takes no COPY into a table under a row policy, and the plane writes by COPY: so the books are read through
#: views of the same names, and `web` may not read the tables. They are no barrier views: PostgreSQL walks a whole lane where a list
#: of one is asked for by its last key, or a row by a join; and who could send functions of his own could set `cunguan.lanes` too.
#: On the desks' tables the policies stand themselves: `platform` goes by the lanes of the transaction, `custodian` is for staff,
#: `others` for the roles that are not the portals'.
_WALL = f"""DO $$
DECLARE one record;
BEGIN
    CREATE SCHEMA IF NOT EXISTS wall;
    GRANT USAGE ON SCHEMA wall TO {WEB};
    FOR one IN SELECT c.oid::regclass AS name, c.relname, c.relrowsecurity AS is_secured,
            (SELECT min(a.attname COLLATE "C" ) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                AND (a.attname = 'lane' OR a.attname = 'for_lane' AND NOT EXISTS (SELECT FROM pg_attribute o
                    WHERE o.attrelid = c.oid AND o.attname = 'lane' AND NOT o.attisdropped))) AS lane,
            split_part(c.relname, '_', 1) = ANY ('{{{",".join(_DESKS)}}}') AS is_desks
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relname <> ALL ('{{{",".join(_SECRET)}}}') AND c.relname NOT LIKE 'people\\_%' AND c.relname NOT LIKE 'procrastinate%'
    LOOP
        IF one.lane IS NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO {WEB}', one.name);
        ELSIF NOT one.is_desks THEN
            EXECUTE format('REVOKE SELECT ON %s FROM {WEB}', one.name);
            EXECUTE format('DROP VIEW IF EXISTS wall.%I', one.relname);
            EXECUTE format('CREATE VIEW wall.%I AS SELECT * FROM %s
                WHERE %I = ANY ((SELECT web_lanes())::int4[]) OR (SELECT web_sees_all())', one.relname, one.name, one.lane);
            EXECUTE format('GRANT SELECT ON wall.%I TO {WEB}', one.relname);
        ELSIF NOT one.is_secured THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', one.name);
            EXECUTE format('CREATE POLICY platform ON %s TO {WEB} USING (lane = ANY ((SELECT web_lanes())::int4[]))', one.name);
            EXECUTE format('CREATE POLICY custodian ON %s TO {WEB} USING ((SELECT web_sees_all()))', one.name);
            EXECUTE format('CREATE POLICY others ON %s TO {PLANE}, {AUDIT}, {DOOR}, {LOG} USING (true)', one.name);
        END IF;
    END LOOP;
END $$"""


def statements() -> Iterator[str]:
    """Yield the statements in the order they are run, each harmless when run again."""
    for role, (statement, idle) in _TIMEOUTS.items():
        yield (
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE; "
            f"EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        yield f"ALTER ROLE {role} SET statement_timeout = '{statement}'"
        yield f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '{idle}'"
        yield f"ALTER ROLE {role} SET timezone = 'UTC'"  # instants are told in UTC, whatever the server's own zone
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        if role in (LOG, WEB):
            continue
        yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}"
    for name in _INSERTED:
        yield f"GRANT INSERT ON {name} TO {PLANE}"
    for name, columns in _UPDATED.items():
        yield f"GRANT UPDATE ({columns}) ON {name} TO {PLANE}"
    for described in tables():
        yield f"GRANT INSERT ON {described.name} TO {PLANE}"
        if described.changing:
            yield f"GRANT UPDATE ({', '.join(column.name for column in described.changing)}) ON {described.name} TO {PLANE}"
    for name, rights in _DOORS.items():
        yield f"GRANT {rights} ON {name} TO {DOOR}"
    yield f"GRANT EXECUTE ON FUNCTION log_act_add TO {DOOR}"
    for name, rights in _LOG.items():
        yield f"GRANT {rights} ON {name} TO {LOG}"
    # a bank's statement is put together in a temporary table: on a database where not everybody may make one
    yield f"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {DOOR}', current_database()); END $$"
    for name, rights in _WEB.items():
        yield f"GRANT {rights} ON {name} TO {WEB}"
    for name in _SECRET:
        yield f"REVOKE ALL ON {name} FROM {PLANE}, {WEB}, {AUDIT}"
    for name in _OF_WEB:
        yield f"REVOKE ALL ON {name} FROM {PLANE}, {DOOR}, {AUDIT}"
    # of a database whose roles were made by older code, `web` could read every table
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM {WEB}"
    yield f"ALTER ROLE {WEB} SET search_path = wall, public"
    yield _WALL


def create(owner_conninfo: str) -> None:
    """Run the statements as the owner, who must be allowed to create roles."""
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        for text in statements():
            connection.execute(text.encode())


def are_separated(conninfo: str) -> bool:
    """Return whether this connection may write money tables no more than its role should."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(
            "SELECT has_table_privilege('posting', 'UPDATE') OR has_table_privilege('posting', 'DELETE')"
        ).fetchone()
    return row is not None and not row[0]
