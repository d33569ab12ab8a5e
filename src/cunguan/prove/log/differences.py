"""Differences (差异的说明): which row, and what of it, makes a leaf differ from the log.

When    a leaf that is derived from the books is not the one in the log
Shape   a commitment tells nothing by itself, so what was there is looked for: with the account, the amount, the posting that
        other rows still say there was, does the leaf come out as it stands in the log? Then that is what was changed.
        Where nothing fits, the next posting of each account tells whether this one's side is as it was
Returns rows as prove names them: "posting 7/0", "journal 7", "authority 7", "instruction 7"
Source  ADR 0041
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from cunguan.prove.log.leaves import AUTHORITY, FIRST, INSTRUCTION, JOURNAL, Chain, Row, Sequence
from cunguan.prove.reading import Reader

#: row, what, expected, found
Told = tuple[str, str, str, str]

_NAMES = {AUTHORITY: "authority", JOURNAL: "journal", INSTRUCTION: "instruction"}
_HEADER = (
    "id, kind, version, value date, template, count of postings; "
    "or of its batch the instant, date, pack, rules, code, salt key"
)
_AFTER = "SELECT line, debit_after, credit_after FROM posting WHERE lane = %s AND seq = %s ORDER BY line"
_ENDS = "SELECT account, last FROM log_account WHERE log = %s AND lane = %s AND account = ANY (%s) AND seq <= %s"
_BEFORE = """
    SELECT CASE WHEN debit_account = %(account)s THEN debit_after ELSE credit_after END FROM posting
    WHERE lane = %(lane)s AND (debit_account = %(account)s OR credit_account = %(account)s)
      AND (seq, line) < (%(seq)s, %(line)s) ORDER BY seq DESC, line DESC LIMIT 1"""


class Difference(msgspec.Struct):
    """A leaf that differs, or is on one side only."""

    seq: int
    kind: int
    batch: int
    last: int
    findings: list[Told] = []
    how: str = "changed"
    is_header_right: bool = False
    wrong: list[tuple[int, ...]] = []  # lines of which one is not as it was: the account's next posting contradicts
    right: int = 0  # accounts whose next posting confirms their sides
    accounts: int = 0

    @property
    def is_restored(self) -> bool:
        """Test that it is known what was there, so that the chain of its accounts goes on."""
        return bool(self.findings) and not self.accounts

    def count(self, sequence: Sequence, missing: int) -> None:
        """Say what counts say: which lines are missing, which are too many, and `missing` more that the log's row has."""
        lines = [row[1] for row in sequence.postings]
        count = sequence.journal[1] if sequence.journal else 0
        if sequence.journal is None:
            self.findings.append((f"journal {self.seq}", "removed: its postings are there", "", ""))
        for line in sorted(set(range(count)) - set(lines)):
            self.findings.append((f"posting {self.seq}/{line}", "removed", "", ""))
        for line in (one for one in lines if one >= count > 0):
            self.findings.append((f"posting {self.seq}/{line}", "added", "", ""))
        if missing > 0 and not self.findings:
            what = f"{missing} of its postings removed, or of those after it: the log's row has more"
            self.findings.append((f"journal {self.seq}", what, "", ""))

    def told(self, with_authority: bool) -> Iterator[Told]:
        """Yield what is known in the end; `with_authority`: the authority's leaf differs as well, so it is what both have."""
        if self.findings:
            yield from self.findings
        elif self.how != "changed":
            more = {"removed": ": the log has its leaf", "added": ": the log has no leaf of it"}[self.how]
            yield f"{_NAMES[self.kind]} {self.seq}", self.how + more, "", ""
        elif self.wrong:
            sure = {lines[0] for lines in self.wrong if len(lines) == 1}
            for lines in sorted(one for one in self.wrong if len(one) == 1 or not sure.intersection(one)):
                yield " or ".join(f"posting {self.seq}/{line}" for line in lines), "changed", "", ""
        elif with_authority:
            yield f"header of {self.seq}", f"changed: {_HEADER}", "", ""
        else:
            yield f"{_NAMES[self.kind]} {self.seq}", f"changed: {self._where()}", "", ""

    def _where(self) -> str:
        if self.kind == AUTHORITY:
            return "what the client confirmed, or its evidence"
        header = "" if self.is_header_right else "header, "
        if self.kind == INSTRUCTION:
            return f"{header}body or detail"
        if self.accounts and self.right == self.accounts:
            return f"{header}body; its postings are as they were"
        return f"{header}body or a posting"


class Found(msgspec.Struct):
    """What a leaf was, found again."""

    findings: list[Told]
    chain: Chain
    built_on: list[bytes]
    postings: int


class Repairs:
    """Looks for what was there."""

    def __init__(self, reader: Reader, lane: int, chain: Chain) -> None:
        self._reader, self._lane, self._chain = reader, lane, chain
        #: account -> the difference that left its part in doubt, its lines, the last part
        self._watched: dict[int, tuple[Difference, tuple[int, ...], bytes]] = {}

    def before(self, sequence: Sequence, built_on: list[bytes]) -> Chain:
        """Return what the accounts of a journal had before it."""
        had: Chain = {}
        accounts = [account for row in sequence.postings for account in row[2:4]]
        for account, told in zip(accounts, built_on, strict=True):
            number = int.from_bytes(told[:8], "big") - 1
            had.setdefault(account, (number, told[8:]) if number else FIRST)
        return had

    def watch(self, difference: Difference, sequence: Sequence, parts: list[bytes]) -> None:
        """Wait for the next posting of each account of a journal: it tells whether this one's sides are as they were."""
        accounts = [account for row in sequence.postings for account in row[2:4]]
        lines: dict[int, list[int]] = {}
        for at, account in enumerate(accounts):
            lines.setdefault(account, []).append(sequence.postings[at // 2][1])
        for account, made in zip(accounts, parts, strict=True):
            self._watched[account] = (difference, tuple(lines[account]), made)
        difference.accounts = len(lines)

    def settle(self, sequence: Sequence, built_on: list[bytes]) -> None:
        """Learn from a journal that agrees what the ones before it were."""
        if self._watched:
            accounts = [account for row in sequence.postings for account in row[2:4]]
            for account, told in zip(accounts, built_on, strict=True):
                self._settled(account, told[8:])

    def end(self, log: int, upto: int) -> None:
        """Learn the rest from what the log says accounts are at."""
        rows = self._reader.ask(_ENDS, log, self._lane, list(self._watched), upto) if self._watched else []
        for account, last in rows:
            self._settled(account, last)

    def _settled(self, account: int, last: bytes) -> None:
        difference, lines, made = self._watched.pop(account, (None, (), b""))
        if difference is not None and last == made:
            difference.right += 1
        elif difference is not None and lines not in difference.wrong:
            difference.wrong.append(lines)

    def look(
        self, sequence: Sequence, body: bytes, told: bytes, before: Chain, had: list[tuple[int, bytes]]
    ) -> Found | None:
        """Return what the journal was, where other rows still tell."""
        base = {**self._chain, **before}
        for postings, findings in self._candidates(sequence, base, had):
            for count in {len(postings), sequence.journal[1] if sequence.journal else len(postings)}:
                journal = (sequence.seq, count, *(sequence.journal[2:] if sequence.journal else (None, "")))
                tried = Sequence(sequence.lane, sequence.batch, sequence.instruction, journal, postings, None)
                chain = dict(base)
                parts, built_on = tried.sides(chain)
                if tried.journal_leaf(tried.header(), body, parts) == told:
                    touched = {account for row in (*postings, *sequence.postings) for account in row[2:4]}
                    return Found(findings, {one: chain.get(one, FIRST) for one in touched}, built_on, len(postings))
        return None

    def _candidates(
        self, sequence: Sequence, base: Chain, had: list[tuple[int, bytes]]
    ) -> Iterator[tuple[list[Row], list[Told]]]:
        rows = sequence.postings
        accounts = list(_accounts(sequence, base, had))
        amounts = list(self._amounts(sequence))
        for changes in (accounts, *([*accounts, one] for one in amounts), [*accounts, *amounts]):
            if changes:
                yield _with(rows, changes), _told(sequence, changes)
        for number, row in enumerate(rows):
            swapped = [(number, 2, row[3]), (number, 3, row[2])]
            yield _with(rows, swapped), _told(sequence, swapped)
            yield rows[:number] + rows[number + 1 :], [(f"posting {sequence.seq}/{row[1]}", "added", "", "")]
        for one in _cited(sequence):
            yield _with(rows, [one]), _told(sequence, [one])

    def _amounts(self, sequence: Sequence) -> Iterator["Change"]:
        """Find the amounts that the balances after the postings say were posted."""
        rows = self._reader.ask(_AFTER, self._lane, sequence.seq)
        for number, ((_, line, debit, credit, amount, *_), (_, *after)) in enumerate(
            zip(sequence.postings, rows, strict=False)
        ):
            for account, now in zip((debit, credit), after, strict=True):
                named: dict[str, Any] = {"lane": self._lane, "account": account, "seq": sequence.seq, "line": line}
                earlier = self._reader.ask_named(_BEFORE, named)
                moved = abs(now - (earlier[0][0] if earlier else 0))
                if moved and moved != amount:
                    yield number, 4, moved
                    break


#: posting by its place, column of its row, what stood there
Change = tuple[int, int, Any]

_COLUMNS = {2: "debit_account", 3: "credit_account", 4: "amount_minor", 5: "authority", 6: "opened"}


def _accounts(sequence: Sequence, base: Chain, had: list[tuple[int, bytes]]) -> Iterator[Change]:
    """Find the accounts whose last part the log says these sides were built on; one that had none is looked for here alone."""
    here = {account: base.get(account, FIRST) for row in sequence.postings for account in row[2:4]}
    for at, state in enumerate(had):
        number, column = at // 2, 2 + at % 2
        own = sequence.postings[number][column]
        if here[own] != state:
            among = here if state == FIRST else base
            of = next((account for account, other in among.items() if other == state), own)
            if of != own:
                yield number, column, of


def _cited(sequence: Sequence) -> Iterator[Change]:
    """Yield other authorities and holds a posting may have cited: none, its own, those of its neighbours."""
    seen = {None, sequence.seq, *(row[column] for row in sequence.postings for column in (5, 6))}
    for number, row in enumerate(sequence.postings):
        for column in (5, 6):
            yield from ((number, column, value) for value in seen if value != row[column])


def _with(rows: list[Row], changes: list[Change]) -> list[Row]:
    made = [list(row) for row in rows]
    for number, column, value in changes:
        made[number][column] = value
    return [tuple(row) for row in made]


def _told(sequence: Sequence, changes: list[Change]) -> list[Told]:
    """Say what was changed: what the log has, what the books have now."""
    rows = sequence.postings
    return [
        (f"posting {sequence.seq}/{rows[n][1]}", f"changed: {_COLUMNS[column]}", str(value), str(rows[n][column]))
        for n, column, value in changes
    ]
