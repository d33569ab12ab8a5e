"""Whatever doors' tables hold that can move money is an act, whose leaf commits to the row as it was written."""

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cunguan.doors.log.process import Ground, once
from cunguan.keys.salts import SaltKeys
from cunguan.store import roles
from cunguan.store.log.rows import openings
from cunguan.transparency.leaf import ACTS, LeafType
from tests.doors.log.reading import entries

KEY = "INSERT INTO door_key VALUES ('k1', 'p', 1, true, 'ed25519', 'pub', '{read}', '{}', now(), 'li', NULL, now())"
REGIME = (
    "INSERT INTO safeguarding_regime (lane, pool, rule, pool_class, firm_class, firm, valid_from, maker, checker, at) "
    "VALUES (1, 'main', 'uk_cass15', '', '', 'firm', '2026-01-01', 'li', 'wang', now())"
)
MEANS = ("INSERT INTO safeguarding_means (lane, pool, id, kind, amount_minor, institution, letter, valid_from, maker, checker, at) "
         "VALUES (1, 'main', 'g1', 'guarantee', 5, 'bank', 'L1', '2026-01-01', 'li', 'wang', now())")  # fmt: skip
STATED = ("INSERT INTO safeguarding_statement (lane, pool, id, day, amount_minor, document, maker, checker, at) "
          "VALUES (1, 'main', 's1', '2026-01-01', 5, 'd', 'li', 'wang', now())")  # fmt: skip
STATEMENT = (
    "INSERT INTO bank_statement (file, place, channel, format, kind, identity, bank_account, account, currency, entry_count, credit_minor,"
    " debit_minor, verdict, difference, state, digest) "
    "VALUES (1, 1, 'b', 'camt', 'statement', 'x', 'a', 'DE1', 'EUR', 0, 0, 0, 'whole', 'free', 'read', 'd')"
)
BREAK = ("INSERT INTO check_break VALUES (1, 'b1', '2026-01-01', 1, 'k', 'c', 'key', 'f', 'ours', 'theirs', 1, now(), 'open', NULL, '',"
         " '', '', 'li')")  # fmt: skip
CLOSED = "UPDATE check_break SET state = 'closed', closed_at = now(), reason = 'why', maker = 'li', checker = 'wang'"

#: what is written, the type of its act, the subject, what must not be in it
ACTS_OF = [
    (KEY, LeafType.KEY, "door_key:k1", {"reason"}),
    ("UPDATE door_key SET revoked_at = now(), revoked_by = 'li', reason = 'lost by Zhang'", LeafType.KEY, "door_key:k1", {"reason"}),
    ("INSERT INTO salt_key (salt_key_id) VALUES (1)", LeafType.KEY, "salt_key:1", set()),
    ("INSERT INTO door_profile (for_lane, rate_per_second, burst) VALUES (1, 5, 5)", LeafType.RULE, "door_profile:1", set()),
    ("UPDATE door_profile SET burst = 6", LeafType.RULE, "door_profile:1", set()),
    ("INSERT INTO lanmao_profile VALUES (1, 'https://x', 'main', 'f', 'l', 'w', 'li', now())", LeafType.RULE, "lanmao_profile:1",
     {"notify_url"}),
    ("INSERT INTO payee_detail VALUES ('h', 'n', 'a', 'sealed', now())", LeafType.RULE, "payee_detail:h",
     {"content", "name_hash", "account_hash"}),
    (REGIME, LeafType.RULE, "safeguarding_regime:1", set()),
    (MEANS, LeafType.RULE, "safeguarding_means:1", set()),
    (STATED, LeafType.STATEMENT, "safeguarding_statement:1", set()),
    (STATEMENT, LeafType.STATEMENT, "bank_statement:1", {"account", "difference"}),
    ("UPDATE bank_statement SET state = 'replaced'", LeafType.STATEMENT, "bank_statement:1", {"account", "difference"}),
    ("INSERT INTO break_move VALUES (1, 'b1', 1, now(), 'e', 's', 'li', 'li', 'wang', 'free', '', NULL)", LeafType.APPROVAL,
     "break_move:b1", {"note"}),
    (f"{BREAK}; {CLOSED}", LeafType.APPROVAL, "check_break:b1", {"key", "ours", "theirs", "reason"}),
    ("INSERT INTO check_confirm VALUES (1, '2026-01-01', 5, 'i', 'k1', now())", LeafType.APPROVAL, "check_confirm:i", set()),
    ("INSERT INTO safeguarding_sign_off VALUES (7, 'li', 'wang', 'free', now())", LeafType.APPROVAL, "safeguarding_sign_off:7", {"note"}),
    ("INSERT INTO epoch (epoch, reason, heads) VALUES (2, 'fire', '{}')", LeafType.APPROVAL, "epoch:2", {"reason"}),
]  # fmt: skip

#: what moves no money, and is no act
NO_ACTS = (
    "UPDATE door_key SET version = version + 1",
    "INSERT INTO break_move VALUES (1, 'b2', 1, now(), 'e', 's', 'li', 'li', '', '', '', NULL)",
    "UPDATE bank_statement SET same_as = 1",
)


def acts(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as owner:
        return owner.execute("SELECT type, subject, content FROM log_act ORDER BY seq").fetchall()


def row_of(owner: psycopg.Connection[Any], table: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a table that has these values, as JSON tells them."""
    owner.execute("SET timezone = 'UTC'")
    rows = owner.execute(sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table))).fetchall()
    return next(row for (row,) in rows if found.items() <= row.items())


def test_each_act_has_a_leaf_that_commits_to_its_row(books: str, ground: Ground) -> None:
    for number, (what, kind, subject, left_out) in enumerate(ACTS_OF):
        with psycopg.connect(books, autocommit=True) as owner:
            owner.execute(what.encode())
            made = acts(books)
            assert len(made) == number + 1, what
            type_, about, content = made[-1]
            assert (type_, about) == (kind, subject)
            told = json.loads(content)
            assert not left_out & told["row"].keys()
            row = row_of(owner, told["table"], told["row"])
            assert row.keys() - told["row"].keys() == left_out, what
    with psycopg.connect(books, autocommit=True) as owner:
        for what in NO_ACTS:
            owner.execute(what.encode())
    assert len(acts(books)) == len(ACTS_OF)
    SaltKeys(ground.home, may_make=True).of(0)
    (ground.home / "log-salt-key-1").write_bytes(b"s" * 32)
    (ground.home / "log-salt-key-1").chmod(0o600)
    once(ground)
    salts, found = SaltKeys(ground.home), entries(ground)
    with psycopg.connect(ground.url) as connection:
        for seq, (kind, _, content) in enumerate(acts(books), 1):
            (leaf,) = openings(connection, salts.of, ACTS, seq)
            assert (leaf.type, leaf.parts[0].opening, leaf.entry) == (kind, content, found[seq - 1])


@pytest.mark.parametrize("role", [roles.DOOR, roles.LOG, roles.WEB, roles.AUDIT, roles.PLANE])
def test_only_the_doors_and_the_log_may_add_an_act_by_hand(books: str, role: str) -> None:
    with psycopg.connect(make_conninfo(books, user=role), autocommit=True) as connection:
        if role in (roles.DOOR, roles.LOG):
            connection.execute("SELECT log_act_add(5, 'x', '{}')")
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT log_act_add(5, 'x', '{}')")
        for change in (
            "UPDATE log_act SET subject = ''",
            "INSERT INTO log_act SELECT * FROM log_act",
            "UPDATE log_act_head SET head = 0",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                connection.execute(change.encode())


def test_a_temporary_table_of_the_log_s_name_takes_no_act_away(books: str) -> None:
    with psycopg.connect(make_conninfo(books, user=roles.DOOR), autocommit=True) as door:
        door.execute("CREATE TEMP TABLE log_act_head AS SELECT 0::int8 AS head")
        door.execute("CREATE TEMP TABLE log_act (LIKE public.log_act)")
        door.execute("GRANT ALL ON log_act, log_act_head TO PUBLIC")
        door.execute(KEY.encode())
    assert [about for _, about, _ in acts(books)] == ["door_key:k1"]


@pytest.mark.parametrize("function", ["log_row('6', 'id')", "account_statement_acts()"])
def test_nobody_makes_an_act_of_a_temporary_table(books: str, function: str) -> None:
    for role in (roles.DOOR, roles.LOG, roles.WEB, roles.AUDIT, roles.PLANE):
        with psycopg.connect(make_conninfo(books, user=role), autocommit=True) as connection:
            connection.execute("CREATE TEMP TABLE door_key (id text)")
            hung = f"CREATE TRIGGER mine AFTER INSERT ON door_key FOR EACH ROW EXECUTE FUNCTION {function}"
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(hung.encode())
