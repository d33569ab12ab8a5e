"""Pages (账页): values of the demo as lines an accountant reads; nothing is computed here but sums.

Shape   each function returns lines; amounts with the currency's decimals; Chinese letters count as two columns
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from cunguan.doors.demo import words
from cunguan.doors.demo.books import Cash, KindCount, Line
from cunguan.doors.demo.cases import Outcome
from cunguan.doors.demo.chapters.telling import Told
from cunguan.doors.demo.t_accounts import Side, TAccount
from cunguan.doors.papers.layout import pad, right, width
from cunguan.kernel.money import format_minor
from cunguan.ledger import trial_balance
from cunguan.prove.findings import PoolTerms, Report, Result

MONEY: Final = 18
WHAT: Final = 20
CHAPTER: Final = 16
COUNT: Final = 8
PAGE: Final = 132
SIDE: Final = 2 + 11 + WHAT + MONEY  # margin, date, event, amount
NUMBERS: Final = {1: "1. bank and books 银行余额与账面", 2: "2. held and owed 资产与负债", 3: "3. on its way in 在途"}


def money(minor: int, currency: str) -> str:
    """Return an amount, to the right of its column.

    >>> money(60000, "CNY").strip()
    '600.00'
    """
    return format_minor(minor, currency).rjust(MONEY)


def headed(title: str, lines: Iterable[str]) -> list[str]:
    """Return lines under a title."""
    return ["", title, "─" * width(title), *lines]


# ── T-accounts ───────────────────────────────────────────────────────────────
def t_account_lines(accounts: Sequence[TAccount], currency: str) -> list[str]:
    """Return T-accounts, debit on the left, credit on the right."""
    lines = [f"{right('Debit 借方', SIDE)} │ {right('Credit 贷方', SIDE)}"]
    for account in accounts:
        lines.append(f"{words.account(account.code)} · {account.owner}")
        for n in range(max(len(account.debits), len(account.credits))):
            lines.append(f"{_side(account.debits, n, currency)} │ {_side(account.credits, n, currency)}".rstrip())
        if len(account.debits) > 1 or len(account.credits) > 1:
            lines.append(f"{_sum(account.debits, currency)} │ {_sum(account.credits, currency)}".rstrip())
    return lines


def _side(entries: Sequence[Side], n: int, currency: str) -> str:
    if n >= len(entries):
        return " " * SIDE
    entry = entries[n]
    return f"  {entry.day} {pad(entry.what, WHAT)}{money(entry.amount_minor, currency)}"


def _sum(entries: Sequence[Side], currency: str) -> str:
    if not entries:
        return " " * SIDE
    return f"  {pad('sum 合计', SIDE - MONEY - 2)}{money(sum(e.amount_minor for e in entries), currency)}"


# ── trial balance ────────────────────────────────────────────────────────────
def trial_balance_lines(lines: Sequence[Line]) -> list[str]:
    """Return the trial balance of each pool; a code whose accounts all stand at zero is left out."""
    page: list[str] = []
    for (_, platform, pool, currency), group in groupby(lines, lambda line: place(line)):
        page.append(f"{platform} / {pool}, {currency}")
        page.append(f"  {pad('', 42)}{'accounts':>9}{right('Debit 借方', MONEY)}{right('Credit 贷方', MONEY)}")
        of_pool = list(group)
        page += [_trial_line(line, words.is_debit_side(line.code)) for line in of_pool if line.balance_minor]
        debit_minor, credit_minor = trial_balance.sides((line.code, line.balance_minor) for line in of_pool)
        total = f"{money(debit_minor, currency)}{money(credit_minor, currency)}"
        page.append(f"{tick(debit_minor == credit_minor)} {pad('total 合计', 51)}{total}")
    return page


def place(line: Line) -> tuple[int, str, str, str]:
    """Return the pool a line belongs to."""
    return line.lane, line.platform, line.pool, line.currency


def is_even(lines: Sequence[Line]) -> bool:
    """Test that debit and credit are equal in every pool."""
    return all(
        trial_balance.is_even((line.code, line.balance_minor) for line in group) for _, group in groupby(lines, place)
    )


def _trial_line(line: Line, on_debit: bool) -> str:
    amount = money(line.balance_minor, line.currency)
    return f"  {pad(words.account(line.code), 42)}{line.accounts:>9,}{amount if on_debit else ' ' * MONEY + amount}"


# ── cases, proof ─────────────────────────────────────────────────────────────
def outcome_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what became of each case."""
    lines = []
    for outcome in outcomes:
        wrong = "" if outcome.holds else f"   (expected {outcome.expected})"
        lines.append(f"{tick(outcome.holds)} {pad(outcome.title, 56)} {outcome.found}{wrong}")
    return lines


def told_lines(chapters: Sequence[Told], language: str) -> list[str]:
    """Return one line a chapter; below it whatever the books do not have as it must be."""
    lines, place = [], words.place(language)
    for chapter in chapters:
        lines.append(f"{tick(chapter.holds)} {pad(chapter.title[place], CHAPTER)} {chapter.says[place]}")
        lines += [f"    {wrong}" for wrong in chapter.wrong]
    return lines


def kind_lines(kinds: Sequence[KindCount], language: str) -> list[str]:
    """Return a table of all kinds, down and then across."""
    named = [words.kind(one.kind, language) for one in kinds]
    room = max(map(width, named)) + 1
    across = PAGE // (room + 2 * COUNT)
    down = -(-len(kinds) // across)
    head = pad("", room) + "".join(right(words.heading(name, language), COUNT) for name in ("done", "refused"))
    rows = [
        f"{pad(name, room)}{one.done or '-':>{COUNT}}{one.refused or '-':>{COUNT}}"
        for name, one in zip(named, kinds, strict=True)
    ]
    return ["  ".join([head] * across), *("  ".join(rows[n::down]) for n in range(down))]


def proof_lines(report: Report, cash: Sequence[Cash], bank: dict[str, int]) -> list[str]:
    """Return the claims with ticks and each pool's three numbers; `bank` is what the bank itself says, by reference."""
    says = {result.claim: result.says for result in report.claims}
    lines = [_claim(name, what, [r for r in report.claims if r.claim == name]) for name, what in says.items()]
    if report.first is not None:
        lines.append(f"  the first row that breaks: {report.first}")
    names = {lane.lane: lane.platform for lane in report.lanes}
    for pool in report.pools:
        lines.append(f"{names[pool.lane]} / {pool.pool}, {pool.currency}")
        lines += _numbers(pool, [c for c in cash if (c.lane, c.pool) == (pool.lane, pool.pool)], bank)
    return lines


def _claim(name: str, says: str, results: Sequence[Result]) -> str:
    checked, holds = sum(result.checked for result in results), all(result.holds for result in results)
    return f"{tick(holds)} {name:<17}{checked:>10,}  {says}"


def _numbers(pool: PoolTerms, cash: Sequence[Cash], bank: dict[str, int]) -> list[str]:
    """Return the three numbers, each term that is not zero on its own line."""
    closing = [(f"the bank's own closing balance, {c.reference}", bank[c.reference]) for c in cash]
    lines = []
    for number, title in NUMBERS.items():
        terms = [(term.side, term.name, term.amount_minor) for term in pool.terms if term.number == number]
        if number == 1:
            timing = ("left", "explained timing items", 0)  # a day is closed only when the bank was heard
            terms = [*(("left", *one) for one in closing), timing, ("right", "1010 in the books", _of(cash))]
        sums = {side: sum(amount for s, _, amount in terms if s == side) for side in ("left", "right")}
        lines.append(f"{tick(sums['left'] == sums['right'])} {title}")
        for side, sign in (("left", " "), ("right", "=")):
            shown = [(name, amount) for s, name, amount in terms if s == side and (amount or number == 1)]
            for name, amount in shown or [("nothing", 0)]:
                lines.append(f"    {sign} {pad(name, 56)}{money(amount, pool.currency)}")
                sign = "+"
    return lines


def _of(cash: Sequence[Cash]) -> int:
    return sum(one.balance_minor for one in cash)


def tick(holds: bool) -> str:
    """Return a tick or a cross."""
    return "✓" if holds else "✗"
