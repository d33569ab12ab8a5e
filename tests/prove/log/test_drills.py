"""Tamper drills: whoever owns the database changes, removes or adds something; one run finds it and names the row."""

import pytest

from tests.operations.lending_case import LANE
from tests.prove.case import seq
from tests.prove.log.conftest import Logged

HERE = f"lane = {LANE} AND seq = "
COPY = (
    "INSERT INTO posting SELECT lane, {to}, {line}, debit_account, credit_account, 5, 0, 0, authority, opened FROM posting WHERE "
    + HERE
    + "{repay} AND line = 3"
)
WHOLE = tuple(f"DELETE FROM {table} WHERE {HERE}{{repay}}" for table in ("posting", "journal"))

#: what is done -> the statements; what is found: row, what, what the log has, what the books have
# fmt: off
DRILLS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str, str, str], ...]]] = {
    "an amount": (("UPDATE posting SET amount_minor = amount_minor + 1 WHERE " + HERE + "{disburse} AND line = 0",), (
        ("posting {disburse}/0", "changed: amount_minor", "6000000", "6000001"),)),
    "an amount with the balances beside it": (("UPDATE posting SET amount_minor = amount_minor + 1, debit_after = debit_after + 1, "
        "credit_after = credit_after + 1 WHERE " + HERE + "{disburse} AND line = 0",), (
        ("posting {disburse}/0", "changed", "", ""),)),
    "two accounts swapped": (("UPDATE posting SET debit_account = credit_account, credit_account = debit_account WHERE "
        + HERE + "{disburse} AND line = 0",), (
        ("posting {disburse}/0", "changed: debit_account", "20", "13"), ("posting {disburse}/0", "changed: credit_account", "13", "20"))),
    "money to another client": (("UPDATE posting SET credit_account = 23 WHERE " + HERE + "{repay} AND line = 0",), (
        ("posting {repay}/0", "changed: credit_account", "15", "23"),)),
    "another authority cited": (("UPDATE posting SET authority = NULL WHERE " + HERE + "{bid}",), (
        ("posting {bid}/0", "changed: authority", "{bid}", "None"),)),
    "a posting removed": (("DELETE FROM posting WHERE " + HERE + "{repay} AND line = 1",), (("posting {repay}/1", "removed", "", ""),)),
    "the last posting removed, and the count made to agree": (("DELETE FROM posting WHERE " + HERE + "{repay} AND line = 3",
        "UPDATE journal SET postings = 3 WHERE " + HERE + "{repay}"), (
        ("journal {repay}", "1 of its postings removed, or of those after it: the log's row has more", "", ""),)),
    "a journal removed": (WHOLE, (("journal {repay}", "removed: the log has its leaf", "", ""),)),
    "an instruction removed with all it brought": ((*WHOLE, *(f"DELETE FROM {table} WHERE {HERE}{{repay}}" for table in
        ("authority", "instruction"))), (
        ("instruction {repay}", "removed: the log has its leaf, the books have no such instruction that was done", "", ""),)),
    "a posting added": ((COPY.format(to="seq", line=4, repay="{repay}"),), (("posting {repay}/4", "added", "", ""),)),
    "a posting added, and the count made to agree": ((COPY.format(to="seq", line=4, repay="{repay}"),
        "UPDATE journal SET postings = 5 WHERE " + HERE + "{repay}"), (("posting {repay}/4", "added", "", ""),)),
    "a journal added": ((f"INSERT INTO journal VALUES ({LANE}, {{revoke}}, 1, NULL, 'x')",
        COPY.format(to="{revoke}", line=0, repay="{repay}")), (("journal {revoke}", "added: the log has no leaf of it", "", ""),)),
    "the body of what moved money": (("UPDATE instruction SET body = body || ' ' WHERE " + HERE + "{repay}",), (
        ("journal {repay}", "changed: body; its postings are as they were", "", ""),)),
    "the body of what moved none": (("UPDATE instruction SET body = body || ' ' WHERE " + HERE + "{revoke}",), (
        ("instruction {revoke}", "changed: header, body or detail", "", ""),)),
    "an id": (("UPDATE instruction SET id = 'x' WHERE " + HERE + "{bid}",), (("header of {bid}", "changed: id, kind", "", ""),)),
    "the instant of a batch": (("UPDATE batch SET at = at - interval '1 day' WHERE " + f"lane = {LANE} AND first_seq = " + "{bid}",), (
        ("header of {bid}", "changed: id, kind", "", ""),)),
    "a batch removed": ((f"DELETE FROM batch WHERE lane = {LANE} AND first_seq = " + "{bid}",), (
        ("batch of sequence {bid}", "removed, or its salt key changed", "", ""),)),
    "evidence": (("UPDATE authority SET evidence = evidence || 'a' WHERE " + HERE + "{bid}",), (
        ("authority {bid}", "changed: what the client confirmed, or its evidence", "", ""),)),
    "an authority removed": (("DELETE FROM authority WHERE " + HERE + "{bid}",), (
        ("authority {bid}", "removed: the log has its leaf", "", ""),)),
    "a refusal made good": (("UPDATE instruction SET state = 'done' WHERE " + HERE + "{too_much}",), (
        ("instruction {too_much}", "added: the log has no leaf of it", "", ""),)),
    "a journal at the end": ((f"INSERT INTO journal VALUES ({LANE}, {{head}} + 1, 1, NULL, 'x')",), (
        ("sequence {after}", "added: it is past the head of its lane", "{head}", "{after}"),)),
    "what the sides were built on": ((f"UPDATE log_chunk SET sides = set_byte(sides, 20, 7) WHERE lane = {LANE} AND first_seq = 24",), (
        ("log_chunk 107", "changed: what it says the sides", "", ""),)),
    "a chunk removed": (("DELETE FROM log_chunk WHERE first_index = 0",), (
        ("log_chunk 23", "entries of no chunk", "0", "23"), ("sequences 1 to 23", "23 in no chunk", "", ""))),
    "what an account is at": ((f"UPDATE log_account SET number = number + 1 WHERE lane = {LANE} AND account = -33",), (
        ("log_account -33", "changed: it is not at its last posting", "3", "4"),)),
    "a root": (("UPDATE log_checkpoint SET root = sha256('x') WHERE size = 23",), (
        ("log_checkpoint 23", "its root is not that of the entries", "", ""),)),
    "how far a lane is taken in": ((f"UPDATE log_lane SET head = 3 WHERE lane = {LANE}",), (
        (f"log_lane {LANE}", "put back: a chunk has later sequences", "{head}", "3"),)),
}
# fmt: on


@pytest.mark.parametrize("what", DRILLS)
def test_finds_and_names(logged: Logged, what: str) -> None:
    done = {"disburse": "disburse:X", "repay": "repay:1", "revoke": "revoke", "bid": "bid:L1:X", "too_much": "too-much"}
    places = {name: seq(logged.url, id) for name, id in done.items()} | {"head": 115, "after": 116}
    statements, expected = DRILLS[what]
    logged.owner_does(*(one.format(**places) for one in statements))
    found = logged.findings()
    assert len(found) == len(expected), found
    for finding, told in zip(found, expected, strict=True):
        row, says, has, books = (one.format(**places) for one in told)
        assert finding.row == row and finding.what.startswith(says), finding
        assert not has or (finding.expected, finding.found) == (has, books), finding
