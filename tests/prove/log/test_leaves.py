"""Leaves derived by the auditor's code are those that were fixed for ever."""

import json
from hashlib import sha256
from hmac import digest
from pathlib import Path

from cunguan.prove.log.leaves import Batch, Keyed, Sequence, act_leaf, pack, part
from tests.transparency.log_rows import BATCH, FREEZE, HOLD, JOURNAL, KEY, WORD

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "log.json").read_text("utf-8"))
#: commitments by type and sequence
FIXED = {(one["type"], one["sequence"]): bytes.fromhex(one["entry"])[10:] for one in GOLDEN}

ROW = Batch(
    (BATCH.first_seq, BATCH.last_seq, BATCH.at, BATCH.business_date, BATCH.code_version, BATCH.pack, BATCH.pack_version,
     BATCH.rule_set_hash, 0), KEY,
)  # fmt: skip


def sequence(done, journal=None, postings=(), authority=None) -> Sequence:
    return Sequence(
        1, ROW, (done.seq, done.version, done.id, done.kind, done.body, done.detail), journal, list(postings), authority
    )


def test_an_authority_is_as_it_was_fixed() -> None:
    words = (WORD.amount_minor, WORD.kind, WORD.owner, WORD.type, WORD.payee, WORD.listing, WORD.until, WORD.evidence_kind, WORD.key_id,
             *(bytes.fromhex(one) for one in (WORD.canonical, WORD.challenge, WORD.public_key, WORD.evidence)))  # fmt: skip
    made = sequence(HOLD, (7, 2, None, "bid_hold"), authority=(7, *words))
    assert made.authority_leaf(made.header()) == FIXED[1, 7]


def test_a_journal_is_as_it_was_fixed_given_what_its_accounts_had() -> None:
    """The fixed one's accounts jump, so each posting is derived with what it says they had."""
    sides = []
    for one in JOURNAL.postings:
        posting = one.posting
        row = (
            7,
            posting.line,
            posting.debit_account,
            posting.credit_account,
            posting.amount_minor,
            posting.authority,
            posting.opened,
        )
        had = {posting.debit_account: (one.debit.number - 1, one.debit.previous),
               posting.credit_account: (one.credit.number - 1, one.credit.previous)}  # fmt: skip
        parts, built_on = sequence(HOLD, postings=[row]).sides(had)
        assert built_on == [pack(side.number, side.previous) for side in (one.debit, one.credit)]
        assert had[posting.debit_account] == (one.debit.number, parts[0])
        sides += parts
    made = sequence(HOLD, (7, 2, None, "bid_hold"))
    assert made.journal_leaf(made.header(), made.body(), sides) == FIXED[2, 7]


def test_an_instruction_and_an_act_are_as_they_were_fixed() -> None:
    made = sequence(FREEZE)
    assert made.instruction_leaf(made.header(), made.body()) == FIXED[3, 8]
    assert act_leaf(Keyed(KEY), 3, b'{"act": "insert", "row": {}, "table": "door_key"}') == FIXED[6, 3]


def test_a_part_is_an_hmac() -> None:
    for size in (0, 55, 64, 300):
        assert part(KEY, b"m" * size) == Keyed(KEY)(b"m" * size) == digest(KEY, b"m" * size, sha256)
