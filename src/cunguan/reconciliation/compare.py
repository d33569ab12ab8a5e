"""Comparison (对账比对): what two sides say of one date and kind, the custodian and the platform, line by line.

When    a platform confirms a day, and for whoever has two files (`cunguan checkfile compare`)
Shape   rows are values of one type; its first field tells them apart, the name of a field says what a difference of it is:
        …_minor and currency an amount, status and code a status, all others a party or a listing
Returns each difference with its break code, as it is found: a caller may stop at any of them
          BRK01 missing at the platform      BRK04 another status            BRK07 the same, on another date: the cut-off lies between
          BRK02 missing at the custodian     BRK05 twice                     BRK15 a line or the file is damaged (found by its reader)
          BRK03 another amount               BRK06 another party or listing  BRK17 nothing was confirmed in time (found by the timer)
Memory  what of our rows falls in one part, and the keys of theirs there: with parts of about PART_BYTES of the file some 60 MB,
        whatever its size. Each part asks both sides for their rows again, so that neither need be sorted
Order   by part, then as the lines stand in their file; the same for the same two sides
Source  domain.md (e.1) R3 and R4, (e.3); domain.md (k.3) S-17
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

PART_BYTES: Final = 8 * 2**20

Row = msgspec.Struct
#: (part, of how many) -> the rows of that part with the numbers of their lines; a key is always in the same part
Rows = Callable[[tuple[int, int]], Iterator[tuple[int, Row]]]
#: keys -> rows of other dates, for those that are there
Lookup = Callable[[Sequence[str]], Mapping[str, Row]]


class Difference(msgspec.Struct, frozen=True):
    """One difference. `line` is of the platform's file, 0 where it has none; ours and theirs are what each side says.

    at_risk_minor  how far amounts are apart; of a line that one side lacks, or that differs in another field, its amount
    """

    code: str
    kind: str
    key: str
    field: str = ""
    ours: str = ""
    theirs: str = ""
    line: int = 0
    currency: str = ""
    at_risk_minor: int = 0


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many lines of one kind there are, and their sums: what a platform says at least that sends no file."""

    kind: str
    count: int
    debit_minor: int
    credit_minor: int


def nowhere(keys: Sequence[str]) -> Mapping[str, Row]:
    """Return nothing: no other date is looked at."""
    return {}


def parts_of(*sizes: int, part_bytes: int = PART_BYTES) -> int:
    """Return in how many parts files of these sizes are compared."""
    return 1 + max(sizes) // part_bytes


def compare(
    kind: str, ours: Rows, theirs: Rows, *, parts: int = 1, ours_elsewhere: Lookup = nowhere,
    theirs_elsewhere: Lookup = nowhere,
) -> Iterator[Difference]:  # fmt: skip
    """Yield the differences between the rows of two sides."""
    for part in range(parts):
        yield from _part(kind, ours((part, parts)), theirs((part, parts)), ours_elsewhere, theirs_elsewhere)


def compare_figures(ours: Figures, theirs: Figures) -> Iterator[Difference]:
    """Yield the differences between two sides' figures of one kind."""
    kind = theirs.kind
    if theirs.count != ours.count:
        code = "BRK01" if theirs.count < ours.count else "BRK02"
        yield Difference(code, kind, "", "count", str(ours.count), str(theirs.count))
    for name in ("debit_minor", "credit_minor"):
        own, said = getattr(ours, name), getattr(theirs, name)
        if own != said:
            yield Difference("BRK03", kind, "", name, str(own), str(said), at_risk_minor=abs(own - said))


# ── line by line ─────────────────────────────────────────────────────────────
def key_of(row: Row) -> str:
    """Return what tells a row apart: its first field."""
    return str(getattr(row, row.__struct_fields__[0]))


def _part(
    kind: str, ours: Iterator[tuple[int, Row]], theirs: Iterator[tuple[int, Row]], ours_elsewhere: Lookup,
    theirs_elsewhere: Lookup,
) -> Iterator[Difference]:  # fmt: skip
    left = {key_of(row): row for _, row in ours}
    met: set[str] = set()
    extra: dict[str, tuple[int, Row]] = {}
    for line, row in theirs:
        name = key_of(row)
        if name in met:
            yield Difference("BRK05", kind, name, "line", "", str(line), line, *_worth(row))
            continue
        met.add(name)
        mine = left.pop(name, None)
        if mine is not None:
            yield from differences(mine, row, kind, line)
        elif not _is_nothing(row):
            extra[name] = (line, row)
    yield from _extra(extra, kind, ours_elsewhere)
    yield from _missing({name: row for name, row in left.items() if not _is_nothing(row)}, kind, theirs_elsewhere)


def _extra(found: Mapping[str, tuple[int, Row]], kind: str, elsewhere: Lookup) -> Iterator[Difference]:
    other = elsewhere(list(found)) if found else {}
    for name, (line, row) in found.items():
        is_same = name in other and not any(differences(other[name], row, kind, line))
        yield Difference("BRK07" if is_same else "BRK02", kind, name, "", "", told(row), line, *_worth(row))


def _missing(left: Mapping[str, Row], kind: str, elsewhere: Lookup) -> Iterator[Difference]:
    other = elsewhere(list(left)) if left else {}
    for name, row in left.items():
        is_same = name in other and not any(differences(row, other[name], kind, 0))
        yield Difference("BRK07" if is_same else "BRK01", kind, name, "", told(row), "", 0, *_worth(row))


def differences(ours: Row, theirs: Row, kind: str, line: int) -> Iterator[Difference]:
    """Yield the differences of one line; what either side left out (None) is not compared."""
    if ours == theirs:
        return
    for name in ours.__struct_fields__:
        own, said = getattr(ours, name), getattr(theirs, name)
        if own is None or said is None or own == said:
            continue
        currency, worth = _worth(ours)
        at_risk = abs(own - said) if name.endswith("_minor") else worth
        yield Difference(_code(name), kind, key_of(ours), name, str(own), str(said), line, currency, at_risk)


def _worth(row: Row) -> tuple[str, int]:
    """Return a row's currency and its amount: the first that it names."""
    amount = next((getattr(row, name) for name in row.__struct_fields__ if name.endswith("_minor")), 0)
    return str(getattr(row, "currency", "") or ""), abs(amount or 0)


def _code(field: str) -> str:
    if field.endswith("_minor") or field == "currency":
        return "BRK03"
    return "BRK04" if field in ("status", "code") else "BRK06"


def _is_nothing(row: Row) -> bool:
    """Test that a row says no more than its absence: a client who has nothing, a claim of which nothing is left."""
    standing: Any = getattr(row, "total_minor", getattr(row, "principal_minor", None))
    return bool(standing == 0)


def told(row: Row) -> str:
    """Return a row in short: what it says beside its key."""
    said = [getattr(row, name) for name in row.__struct_fields__[1:]]
    return " ".join(str(value) for value in said if value not in (None, ""))
