"""Safeguarding engine (保障资金计算): what must be kept safe, what is, and what is missing, by any rule pack.

When    once a reconciliation day at its point, and again after a top-up
Reads   one pool's records as lines, each of a kind of KINDS, and what no record tells: Facts
Shape   Held: the lines added up; Figures: each term on its own, and one or two comparisons, with what is short or over
Units   minor units of one currency; shortfall and excess are never below zero. A share is rounded up: no unit is missing
Errors  FactMissing: the pack needs a fact that was not given; whoever runs it must give it
Source  CASS 15.8.26R, 15.8.29G, 15.8.31R, 15.8.50R; domain.md (e.4), (k.2); domain-decisions.md 1, 3, 36
"""

from collections.abc import Container, Iterable, Mapping
from typing import Final, Literal, NamedTuple

import msgspec

from cunguan.policy.safeguarding.pack import ANY, WHOLE_E6, Pack, Tier

#: kind -> English, Chinese
KINDS: Final = {
    "client":      ("owed to clients, one by one",              "应付客户款（逐户）"),
    "unallocated": ("received, not yet allocated to a client",  "已收待分配款"),
    "unclaimed":   ("unclaimed balances",                       "无人认领款"),
    "interest":    ("interest on the pool, not yet shared",     "账户利息（未分配）"),
    "margin":      ("margined transactions",                    "保证金交易应付"),
    "own":         ("the firm's own money in the pool",         "自有资金存入"),
    "account":     ("safeguarding bank accounts",               "保障资金专用账户"),
    "platform":    ("of it money of the platform",              "其中平台自有资金"),
    "unplaced":    ("segregated, not yet placed",               "已隔离待划入专户"),
    "asset":       ("relevant assets",                          "低风险资产"),
    "insurance":   ("insurance",                                "保险"),
    "guarantee":   ("guarantee or undertaking",                 "保函或承诺"),
    "quarter_end": ("the share of the balance at the end of the last quarter", "上季度末余额应存管部分"),
    "share":       ("the share of the balance",                 "余额应存管部分"),
}  # fmt: skip

#: account of the chart -> kind. 1020 and 2015 are not here yet; 1030 and 1040 are owed to the pool, and are never netted
OF_CHART: Final = {
    "1010": "account", "2010": "client", "2020": "client", "2030": "client", "2040": "client", "2210": "unallocated",
    "2220": "unallocated", "2230": "unallocated", "2240": "interest", "2310": "unclaimed", "2110": "platform",
    "2120": "platform", "2125": "platform", "2130": "platform", "2140": "platform", "2145": "platform", "2150": "platform",
    "2155": "platform", "2160": "platform", "3010": "own",
}  # fmt: skip

Verdict = Literal["reconciled", "shortfall", "excess"]


class FactMissing(ValueError):
    """A rule pack asks for what was not given."""


class Line(NamedTuple):
    """One record: what it is, whose, how much."""

    kind: str
    owner: str
    minor: int


def line_of(code: str, owner: str, minor: int, unplaced: Container[str] = ()) -> Line | None:
    """Return an account of the chart as a line; None where it counts for nothing. `unplaced`: bank accounts on the way to theirs.

    >>> line_of("1010", "collection", 9_000, {"collection"}), line_of("1040", "C", 5_000)
    (Line(kind='unplaced', owner='collection', minor=9000), None)
    """
    kind = OF_CHART.get(code)
    if kind is None:
        return None
    return Line("unplaced" if kind == "account" and owner in unplaced else kind, owner, minor)


class Held(msgspec.Struct, frozen=True):
    """A pool's records added up by kind; `below_zero_minor` is what negative balances would have netted."""

    sums: Mapping[str, int]
    clients: int
    below_zero_minor: int
    lines: int


class Facts(msgspec.Struct, frozen=True):
    """What the lines do not tell; the classes are words of the pack, `received_today_minor` what came since its clock's last day."""

    received_today_minor: int = 0
    pool_class: str = ANY
    firm_class: str = ANY
    revenue_minor: int | None = None
    quarter_end_minor: int | None = None


NO_FACTS: Final = Facts()


class Term(msgspec.Struct, frozen=True):
    """One term, as it is counted: what is taken away is negative."""

    kind: str
    minor: int


class Record(msgspec.Struct, frozen=True):
    """A place the money is in: what our own records say of it, and what its holder's statement says; None: there is none."""

    name: str
    kind: str
    record_minor: int
    statement_minor: int | None

    @property
    def agrees(self) -> bool:
        """Test that there is a statement, and it says the same."""
        return self.statement_minor == self.record_minor


class Comparison(msgspec.Struct, frozen=True):
    """What must be there against what is."""

    requirement_minor: int
    resource_minor: int
    shortfall_minor: int
    excess_minor: int
    verdict: Verdict


class Figures(msgspec.Struct, frozen=True):
    """The answer: `next_day` as it must stand when what came today must have its place; None where money has it at once."""

    requirement: tuple[Term, ...]
    resource: tuple[Term, ...]
    now: Comparison
    next_day: Comparison | None
    share_e6: int
    share_of_minor: int
    clients: int
    own_minor: int
    below_zero_minor: int
    is_sound: bool

    @property
    def missing_minor(self) -> int:
        """What own money must make good: money that only has to find its place is not missing."""
        return self.now.shortfall_minor

    @property
    def to_place_minor(self) -> int:
        """What is there, but must be brought to its place today."""
        return max(self.next_day.shortfall_minor - self.now.shortfall_minor, 0) if self.next_day else 0


class Adding:
    """Lines being added up, for a pool whose records come among those of others; `count` of them so far.

    is_grouped  the lines of one client stand together, as in the books: then nobody's balance has to be kept
    """

    def __init__(self, netting: str = "never", *, is_grouped: bool = False) -> None:
        self._sums = dict.fromkeys(KINDS, 0)
        self._clients: dict[str, int] = {}
        self._is_grouped = is_grouped
        self._nets = netting == "own"
        self._has = self._below_zero_minor = 0
        self.count = 0

    def add(self, line: Line) -> None:
        """Add one line; a client's that is below zero counts as nothing, unless it nets his own others."""
        self.count += 1
        if line.kind != "client":
            self._sums[line.kind] += line.minor
        elif line.minor >= 0 or self._nets:
            if self._is_grouped and line.owner not in self._clients:
                self._settle()
            self._clients[line.owner] = self._clients.get(line.owner, 0) + line.minor
        else:
            self._below_zero_minor -= line.minor

    def held(self) -> Held:
        """Return what was added up."""
        self._settle()
        return Held(dict(self._sums), self._has, self._below_zero_minor, self.count)

    def _settle(self) -> None:
        for minor in self._clients.values():
            self._has += minor > 0
            self._sums["client"] += max(minor, 0)
            self._below_zero_minor += max(-minor, 0)
        self._clients.clear()


def add_up(lines: Iterable[Line], netting: str = "never") -> Held:
    """Add lines up by kind; whose balance is below zero counts nothing and nets nobody's, whatever the order.

    >>> held = add_up([Line("client", "A", 50_000), Line("client", "C", -5_000), Line("client", "A", -100)])
    >>> held.sums["client"], held.clients, held.below_zero_minor
    (50000, 1, 5100)
    >>> add_up([Line("client", "A", 50_000), Line("client", "A", -100)], "own").sums["client"]
    49900
    """
    adding = Adding(netting)
    for line in lines:
        adding.add(line)
    return adding.held()


def compare(requirement_minor: int, resource_minor: int) -> Comparison:
    """Compare, to the unit.

    >>> [compare(100, there).verdict for there in (99, 100, 101)]
    ['shortfall', 'reconciled', 'excess']
    """
    over = resource_minor - requirement_minor
    verdict: Verdict = "reconciled" if over == 0 else "excess" if over > 0 else "shortfall"
    return Comparison(requirement_minor, resource_minor, max(-over, 0), max(over, 0), verdict)


def compute(pack: Pack, held: Held, facts: Facts = NO_FACTS) -> Figures:
    """Return the figures of one pool by one rule pack."""
    requirement, share_e6, share_of_minor = _requirement(pack, held, facts)
    placed = [Term(kind, held.sums[kind]) for kind in pack.resource if kind != "unplaced"]
    placed.insert(1, Term("platform", -held.sums["platform"]))
    unplaced_minor = held.sums["unplaced"] if "unplaced" in pack.resource and _days(pack, facts) else 0
    required_minor, placed_minor = _sum(requirement), _sum(placed)
    now = compare(required_minor, placed_minor + unplaced_minor)
    next_day = None
    if _days(pack, facts):
        # Only what came today and still waits may be left out: what waits for longer is late, and what is placed is required.
        waits_minor = min(facts.received_today_minor, unplaced_minor)
        next_day = compare(required_minor - waits_minor, placed_minor)
        placed.append(Term("unplaced", unplaced_minor))
    is_sound = not now.shortfall_minor and not (next_day and next_day.shortfall_minor)
    if pack.is_equal:
        is_sound = is_sound and now.excess_minor <= held.sums["own"]
    return Figures(
        requirement, tuple(placed), now, next_day, share_e6, share_of_minor, held.clients, held.sums["own"],
        held.below_zero_minor, is_sound,
    )  # fmt: skip


def share_e6(pack: Pack, balance_minor: int, facts: Facts) -> int:
    """Return which share of a balance must be there: that of the last tier whose line it is above; nothing below the first."""
    if not pack.shares:
        return WHOLE_E6
    classes = sorted({tier.firm_class for tier in pack.shares})
    if facts.firm_class not in classes:
        raise FactMissing(f"{pack.id} needs the class of the firm, firm_class: one of {', '.join(classes)}")
    of_class = [tier for tier in pack.shares if tier.firm_class == facts.firm_class]
    return max([tier.share_e6 for tier in of_class if balance_minor > _line_minor(pack, tier, facts)], default=0)


def _line_minor(pack: Pack, tier: Tier, facts: Facts) -> int:
    if not tier.revenue_share_e6:
        return tier.above_minor
    if facts.revenue_minor is None:
        raise FactMissing(f"{pack.id} needs last year's revenue of the firm's main business, revenue_minor")
    by_revenue = facts.revenue_minor * tier.revenue_share_e6 // WHOLE_E6
    return min(max(by_revenue, tier.above_minor), tier.at_most_minor)


def _requirement(pack: Pack, held: Held, facts: Facts) -> tuple[tuple[Term, ...], int, int]:
    terms = tuple(Term(kind, held.sums[kind]) for kind in pack.requirement)
    if not pack.shares:
        return terms, WHOLE_E6, _sum(terms)
    balance_minor = _sum(terms)
    if pack.share_of == "quarter_end":
        if facts.quarter_end_minor is None:
            raise FactMissing(f"{pack.id} needs the balance at the end of the last quarter, quarter_end_minor")
        balance_minor = facts.quarter_end_minor
    share = share_e6(pack, balance_minor, facts)
    name = "quarter_end" if pack.share_of == "quarter_end" else "share"
    return (Term(name, -(-balance_minor * share // WHOLE_E6)),), share, balance_minor


def _days(pack: Pack, facts: Facts) -> int:
    if facts.pool_class in pack.place_within:
        return pack.place_within[facts.pool_class]
    if facts.pool_class == ANY:
        return next(iter(pack.place_within.values()))
    raise FactMissing(f"{pack.id} knows no pool of class {facts.pool_class!r}: one of {', '.join(pack.place_within)}")


def _sum(terms: Iterable[Term]) -> int:
    return sum(term.minor for term in terms)
