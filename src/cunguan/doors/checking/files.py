"""Files (对账文件比对): two check files of one date and kind, wholly compared: each by itself, then line by line.

When    a platform confirms a day; `cunguan checkfile compare`
Returns differences; BRK15 for what cannot be read. A file of another date or kind is not compared line by line: all would differ
Reads   bytes, or a file that is mapped: neither is copied
"""

from collections.abc import Iterator, Mapping, Sequence

from cunguan.formats import checkfile
from cunguan.formats.checkfile import Bad, FileDamaged, Header, Raw
from cunguan.reconciliation.compare import Difference, Figures, Lookup, Row, Rows, compare, key_of, nowhere, parts_of


def compare_files(
    ours: Raw, theirs: Raw, *, is_as_issued: bool = False, ours_elsewhere: Lookup = nowhere,
    theirs_elsewhere: Lookup = nowhere,
) -> Iterator[Difference]:  # fmt: skip
    """Yield every difference between two files; ours is not looked at by itself where it is as it was issued."""
    kind = checkfile.header(ours).kind
    damaged = damage(ours, theirs, is_as_issued=is_as_issued)
    yield from damaged
    if all(one.field == "line" for one in damaged):
        sound = not damaged  # what was looked at value by value is not looked at so again
        yield from compare(
            kind, _rows(ours, is_checked=sound), _rows(theirs, is_checked=sound), parts=parts_of(len(ours), len(theirs)),
            ours_elsewhere=ours_elsewhere, theirs_elsewhere=theirs_elsewhere,
        )  # fmt: skip


def damage(ours: Raw, theirs: Raw, *, is_as_issued: bool = False) -> list[Difference]:
    """Return what is wrong with their file by itself, and with a copy of ours that was damaged on its way."""
    mine = checkfile.header(ours)
    try:
        other = checkfile.header(theirs)
        wrong = _another(mine, other)
        if wrong is not None:
            return [wrong]
        copied = [] if is_as_issued else _bad(ours, mine.kind, is_ours=True)
        return copied + _bad(theirs, mine.kind)
    except FileDamaged as unreadable:
        return [Difference("BRK15", mine.kind, "", "file", "", str(unreadable))]


def _another(mine: Header, other: Header) -> Difference | None:
    for name in ("platform", "date", "kind"):
        own, said = str(getattr(mine, name)), str(getattr(other, name))
        if own != said:
            return Difference("BRK15", mine.kind, "", name, own, said)
    return None


def _bad(raw: Raw, kind: str, *, is_ours: bool = False) -> list[Difference]:
    """Return the lines that are no rows; where there are none, what is wrong with the whole: sums follow the lines."""
    found = checkfile.check(raw)
    named = [bad for bad in found if bad.line] or found
    return [_damaged(bad, kind, is_ours=is_ours) for bad in named]


def _damaged(bad: Bad, kind: str, *, is_ours: bool) -> Difference:
    what = f"{bad.why}: {bad.text}" if bad.text else bad.why
    return Difference(
        "BRK15", kind, "", "line" if bad.line else "file", what if is_ours else "", "" if is_ours else what, bad.line
    )


def _rows(raw: Raw, *, is_checked: bool = False) -> Rows:
    def read(part: tuple[int, int]) -> Iterator[tuple[int, Row]]:
        for line, row in checkfile.rows(raw, part, is_checked=is_checked):
            if not isinstance(row, Bad):
                yield line, row

    return read


def among(files: Sequence[Raw]) -> Lookup:
    """Return a lookup in files of other dates."""

    def find(keys: Sequence[str]) -> Mapping[str, Row]:
        wanted = set(keys)
        rows = (row for raw in files for _, row in _rows(raw)((0, 1)))
        return {key_of(row): row for row in rows if key_of(row) in wanted}

    return find


def figures(raw: Raw) -> Figures:
    """Return the figures that a file's header promises."""
    head = checkfile.header(raw)
    return Figures(head.kind, head.count, head.debit_minor, head.credit_minor)
