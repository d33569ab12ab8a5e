"""A chunk's entries made at once are those of its sequences made one by one, whatever the rows."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.kernel.leaf import PostingLeaf
from cunguan.transparency import bulk
from cunguan.transparency.bulk import Ends, Posting, Rows
from cunguan.transparency.derive import Batch, Done, Journal, Numbered, Posted, act_leaf, leaves
from cunguan.transparency.leaf import AuthorityOpening, LeafType
from cunguan.transparency.sides import numbered

KEYS = {0: b"a" * 32, 1: b"b" * 32}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.one_of(st.none(), st.integers(0, 2**63 - 1))
SIDES = st.lists(st.integers(-3, 3), min_size=2, max_size=2, unique=True)
POSTINGS = st.lists(st.tuples(SIDES, st.integers(1, 2**63 - 1), NUMBERS, NUMBERS), min_size=1, max_size=4)
WORDS = st.tuples(st.integers(0, 9), *[TEXTS] * 12)
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
DAY = datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)

#: of one sequence: id, kind, body, detail, its journal or none, its authority or none
ONE = st.tuples(
    TEXTS, TEXTS, st.binary(max_size=9), st.binary(max_size=9),
    st.none() | st.tuples(POSTINGS, st.none() | DATES, TEXTS), st.none() | WORDS,
)  # fmt: skip
#: of one batch: key, pack, instant, its sequences; those that were refused are gaps
BATCHES = st.tuples(st.integers(0, 1), TEXTS, st.integers(0, 10**10), st.lists(st.none() | ONE, min_size=1, max_size=4))


def made(lane: int, told: list) -> tuple[Rows, list[bytes], Ends]:
    """Return rows, and the entries and ends that the clear way gives."""
    ends: Ends = {}
    batches, instructions, journals, postings, words, entries = [], [], {}, [], {}, []
    seq = 0
    for key, pack, micros, sequences in told:
        at = DAY + timedelta(microseconds=micros)
        batch = Batch(seq + 1, seq + len(sequences), at, at.date(), pack, 3, "h%d", "1.2", key)
        batches.append(batch)
        for one in sequences:
            seq += 1
            if one is None:
                continue
            id, kind, body, detail, journal, word = one
            instructions.append((seq, id, kind, 2, body, detail))
            posted = None
            if journal is not None:
                lines, value_date, template = journal
                journals[seq] = (len(lines), value_date, template)
                these = [(n, *sides, amount, by, to) for n, (sides, amount, by, to) in enumerate(lines)]
                postings += these
                posted = Journal(template, value_date, list(numbered_ones(KEYS[key], lane, seq, these, ends)))
            if word is not None:
                words[seq] = AuthorityOpening(lane, seq, *word)
            done = Done(lane, seq, id, kind, 2, body, detail)
            entries += [leaf.entry for leaf in leaves(KEYS[key], batch, done, posted, words.get(seq))]
    return Rows(lane, batches, instructions, journals, postings, words), entries, ends


def numbered_ones(key: bytes, lane: int, seq: int, lines: list[Posting], ends: Ends):
    """Yield the postings with their numbers; an account's last part is taken from the leaf itself."""
    for line, debit, credit, amount, by, to in lines:
        (debits, before), (credits, last) = ends.get(debit, (0, b"")), ends.get(credit, (0, b""))
        one = Posted(
            PostingLeaf(lane, seq, line, debit, credit, amount, by, to),
            Numbered(debits + 1, before),
            Numbered(credits + 1, last),
        )
        batch = Batch(seq, seq, DAY, DAY.date(), "", 1, "", "", 0)
        parts = leaves(key, batch, Done(lane, seq, "", "", 1, b"", b""), Journal("", None, [one]), None)[0].parts
        ends[debit], ends[credit] = (debits + 1, parts[2].hash), (credits + 1, parts[3].hash)
        yield one


@given(st.integers(0, 2**31 - 1), st.lists(BATCHES, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_bulk_gives_what_one_by_one_gives(lane: int, told: list) -> None:
    rows, entries, ends = made(lane, told)
    after: Ends = {}
    found, sides = bulk.entries(rows, KEYS.__getitem__, after)
    assert (found, after) == (entries, ends)
    assert len(list(numbered(sides))) == len(rows.postings)
    assert all(ends_of == (0, b"") for ends_of in bulk.ends_before(rows.postings, sides).values())


@given(st.lists(BATCHES, min_size=2, max_size=3), st.lists(BATCHES, min_size=1, max_size=2))
@settings(max_examples=20, deadline=None)
def test_a_chunk_is_made_again_from_its_sides_alone(before: list, told: list) -> None:
    rows, _, _ = made(1, told)
    _, _, begun = made(1, before)
    after = dict(begun)
    first = bulk.entries(rows, KEYS.__getitem__, after)
    again = bulk.ends_before(rows.postings, first[1])
    assert again == {account: begun.get(account, (0, b"")) for account in again}
    assert bulk.entries(rows, KEYS.__getitem__, again) == first


def test_acts_are_as_one_by_one() -> None:
    acts = [(1, 6, 0, b"{}"), (2, 11, 1, "日".encode())]
    assert bulk.act_entries(acts, KEYS.__getitem__) == [
        act_leaf(KEYS[key], LeafType(kind), seq, content).entry for seq, kind, key, content in acts
    ]
