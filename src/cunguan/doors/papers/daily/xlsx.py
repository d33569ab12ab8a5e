"""XLSX of the daily report (对账报告XLSX): the run as a workbook: every term a cell, every sum a formula, the pictures as charts.

Reads   a run and a language
Shape   sheets: summary with the breaks by age, equations with a bridge each, bank accounts, checks, breaks
Units   amounts in the currency's own unit; one that a spreadsheet could not hold exactly is written as text
Errors  ImportError: the extra `docs` is not installed
"""

import io
from collections.abc import Sequence
from typing import Any, Final

from cunguan.doors.papers.daily.figures import AGES, SEVERITIES, ages, bars, known, open_breaks, platforms, risks
from cunguan.doors.papers.daily.words import Say
from cunguan.kernel.currency import exponent_of
from cunguan.kernel.money import format_minor
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.daily import Break, Day, Equation, Pool

#: a spreadsheet's numbers hold fifteen digits
EXACT_MINOR: Final = 10**15
COLOURS: Final = ("#B3261E", "#D9822B", "#E3C04C", "#A9B4BF")
INK, BLUE, LIGHT, PAPER = "#1C2733", "#1F4E79", "#6B93B8", "#F4F6F8"
VERDICTS: Final = {"agrees": "#2B7A4B", "explained": "#A86A12", "differs": "#B3261E", "incomplete": "#5D6B7A"}
#: equations beyond this many have no chart: a workbook of a thousand charts opens for nobody
CHARTS_MAX: Final = 60
ROWS_OF_A_CHART: Final = 14


def as_xlsx(day: Day, say: Say) -> bytes:
    """Return the report as a workbook."""
    import xlsxwriter  # type: ignore[import-untyped]  # of the extra `docs`

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": f"{say('title')} {day.date}", "created": day.made_at.replace(tzinfo=None)})
    sheets = Sheets(book, say)
    for write in (_summary, _equations, _accounts, _checks, _breaks):
        write(sheets, day)
    book.close()
    return out.getvalue()


class Sheets:
    """A workbook and its formats; a cell is a text, a number, or an amount with its currency."""

    def __init__(self, book: Any, say: Say) -> None:
        self.book, self.say = book, say
        self.title = book.add_format({"font_size": 16, "font_color": BLUE})
        self.head = book.add_format(
            {"bold": True, "font_color": "white", "bg_color": BLUE, "text_wrap": True, "valign": "top"}
        )
        self.part = book.add_format({"bold": True, "font_color": BLUE, "bottom": 1, "bottom_color": BLUE})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.of_verdict = {
            key: book.add_format({"font_color": colour, "bold": True, "valign": "top"})
            for key, colour in VERDICTS.items()
        }
        self._amounts: dict[tuple[int, bool], Any] = {}

    def add(self, name: str, widths: Sequence[int]) -> Any:
        """Add a sheet that prints on pages of its own width."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def row(self, sheet: Any, at: int, cells: Sequence[object], form: Any = None) -> int:
        """Write a row; return the one after it. Text stays text, whatever it begins with."""
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell, form or self.plain)
            elif cell is not None:
                sheet.write_string(at, column, str(cell), form or self.text)
        return at + 1

    def amount(self, sheet: Any, at: int, column: int, minor: int | None, currency: str) -> None:
        """Write an amount; None leaves the cell empty."""
        if minor is None:
            return
        if abs(minor) >= EXACT_MINOR:
            sheet.write_string(at, column, format_minor(minor, currency))
        else:
            sheet.write_number(at, column, minor / 10 ** exponent_of(currency), self.money(currency))

    def money(self, currency: str, *, is_sum: bool = False) -> Any:
        """Return the format of amounts in a currency."""
        exponent = exponent_of(currency)
        if (exponent, is_sum) not in self._amounts:
            form = {"num_format": "#,##0" + ("." + "0" * exponent if exponent else ""), "valign": "top"}
            self._amounts[exponent, is_sum] = self.book.add_format(form | ({"bold": True, "top": 1} if is_sum else {}))
        return self._amounts[exponent, is_sum]


# ── summary ──────────────────────────────────────────────────────────────────
def _summary(of: Sheets, day: Day) -> None:
    say, sheet = of.say, of.add(of.say("summary"), (26, 18, 14, 14, 14, 14, 16))
    open_ = open_breaks(day)
    sheet.write_string(0, 0, f"{say('title')} {day.date}", of.title)
    sheet.write_string(1, 0, say("verdict"), of.plain)
    sheet.write_string(1, 1, say.word(day.verdict), of.of_verdict[day.verdict])
    at = 2
    for label, value in (
        (say("run"), day.run), (say("made"), day.made_at.isoformat()), (say("version"), day.code_version), (say("hash"), day.inputs_hash),
        (say("pools"), len(day.pools)), (say("open breaks"), len(open_)), (say("worst"), sum(one.severity == 1 for one in open_)),
    ):  # fmt: skip
        at = of.row(sheet, at, [label, value], of.plain)
    at = _ages(of, sheet, at + 1, open_)
    at = _risks(of, sheet, at + 1, open_)
    at = of.row(sheet, at + 1, [say("platform"), say("head")], of.head)
    names = platforms(day)
    for lane, head in sorted(day.heads.items()):
        at = of.row(sheet, at, [names[lane] or str(lane), head])


def _ages(of: Sheets, sheet: Any, at: int, open_: Sequence[Break]) -> int:
    say = of.say
    first = of.row(sheet, at, [say("ages"), *(f"{say('severity')} {n}" for n in SEVERITIES), say("sum")], of.head)
    last = first - 1
    for age, counts in ages(open_).items():
        last = of.row(sheet, last + 1, [age, *counts]) - 1
        sheet.write_formula(last, 5, f"=SUM(B{last + 1}:E{last + 1})", of.plain, sum(counts))
    chart = of.book.add_chart({"type": "column", "subtype": "stacked"})
    for n in SEVERITIES:
        chart.add_series({
            "name": [sheet.name, at, n], "categories": [sheet.name, first, 0, last, 0], "values": [sheet.name, first, n, last, n],
            "fill": {"color": COLOURS[n - 1]}, "gap": 60,
        })  # fmt: skip
    chart.set_title({"name": say("ages"), "name_font": {"size": 12, "color": INK}})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D5DBE1"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 520, "height": 280})
    sheet.insert_chart(1, 7, chart, {"description": say("ages note")})
    return last + 1


def _risks(of: Sheets, sheet: Any, at: int, open_: Sequence[Break]) -> int:
    found = risks(open_)
    if not found:
        return at
    at = of.row(sheet, at, [of.say("at risk"), *AGES, of.say("sum")], of.head)
    for currency, sums in found.items():
        sheet.write_string(at, 0, currency)
        for column, age in enumerate(AGES, 1):
            of.amount(sheet, at, column, sums[age], currency)
        total = sum(sums.values()) / 10 ** exponent_of(currency)
        sheet.write_formula(at, 6, f"=SUM(B{at + 1}:F{at + 1})", of.money(currency, is_sum=True), total)
        at += 1
    return at


# ── equations ────────────────────────────────────────────────────────────────
def _equations(of: Sheets, day: Day) -> None:
    sheet = of.add(of.say("equations"), (4, 46, 10, 20, 9, 20, 3, 12, 12))
    at = charts = 0
    for pool in day.pools:
        for one in pool.equations:
            at = _equation(of, sheet, at, pool, one, has_chart=charts < CHARTS_MAX)
            charts += 1


def _equation(of: Sheets, sheet: Any, at: int, pool: Pool, one: Equation, *, has_chart: bool) -> int:
    """Write an equation, each term on its own line, and beside it the bridge; return the row after it."""
    say, about = of.say, f"{pool.platform} / {one.subject}"
    title = f"{one.number}  {say.word(f'equation_{one.number}')}: {''.join(letter for letter in about if letter.isprintable())}"
    first = of.row(sheet, at, [title, "", "", one.currency], of.part)
    last = first + len(one.left) + len(one.right) - 1
    _terms(of, sheet, first, one)
    verdict = "incomplete" if one.missing else "agrees" if one.holds else "differs"
    middle, money = first + len(one.left), of.money(one.currency, is_sum=True)
    formula = f"=SUM(D{first + 1}:D{middle})-SUM(D{middle + 1}:D{last + 1})"
    sheet.write_string(last + 1, 1, say("difference"), of.plain)
    sheet.write_formula(last + 1, 3, formula, money, one.difference_minor / 10 ** exponent_of(one.currency))
    sheet.write_string(last + 1, 5, say.word(verdict), of.of_verdict[verdict])
    if has_chart:
        sheet.insert_chart(at, 10, _bridge(of, sheet, first, last, title), {"description": title})
    return max(last + 3, at + ROWS_OF_A_CHART if has_chart else 0)


def _terms(of: Sheets, sheet: Any, at: int, one: Equation) -> None:
    """Write the terms, and in the last two columns where each bar of the bridge begins and how long it is."""
    signs = ["", *["+"] * (len(one.left) - 1), "=", *["+"] * (len(one.right) - 1)]
    unit = 10 ** exponent_of(one.currency)
    for row, (sign, bar) in enumerate(zip(signs, bars(one), strict=True), at):
        of.row(sheet, row, [sign, of.say.word(bar.term.key), bar.term.count, None, " ".join(bar.term.codes)])
        of.amount(sheet, row, 3, known(one, bar.term, None), one.currency)
        sheet.write_number(row, 7, bar.low_minor / unit, of.money(one.currency))
        sheet.write_number(row, 8, (bar.high_minor - bar.low_minor) / unit, of.money(one.currency))


def _bridge(of: Sheets, sheet: Any, first: int, last: int, title: str) -> Any:
    chart = of.book.add_chart({"type": "bar", "subtype": "stacked"})
    categories = [sheet.name, first, 1, last, 1]
    chart.add_series(
        {"categories": categories, "values": [sheet.name, first, 7, last, 7], "fill": {"none": True}, "gap": 30}
    )
    chart.add_series({"categories": categories, "values": [sheet.name, first, 8, last, 8], "fill": {"color": BLUE}})
    chart.set_title({"name": title, "name_font": {"size": 10, "color": INK}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    chart.set_x_axis(
        {
            "num_format": "#,##0",
            "num_font": {"size": 8},
            "major_gridlines": {"visible": True, "line": {"color": "#D5DBE1"}},
        }
    )
    chart.set_size({"width": 620, "height": 20 * ROWS_OF_A_CHART - 10})
    return chart


# ── lists ────────────────────────────────────────────────────────────────────
def _accounts(of: Sheets, day: Day) -> None:
    say = of.say
    sheet = of.add(say("bank accounts"), (18, 16, 26, 14, 30, 9, 18, 18, 18, 18, 18, 10, 10))
    names = ("platform", "pool", "account", "state", "statement", "currency", "opening", "credit", "debit", "closing", "balance", "matched",
             "unmatched")  # fmt: skip
    at = _list_head(of, sheet, names)
    for pool in day.pools:
        for one in pool.accounts:
            of.row(
                sheet,
                at,
                [pool.platform, pool.pool, one.id, pool.state, one.statement or say("no statement"), one.currency],
            )
            figures = (one.opening_minor, one.credit_minor, one.debit_minor, one.closing_minor, one.ledger_minor)
            for column, minor in enumerate(figures, 6):
                of.amount(sheet, at, column, minor, one.currency)
            at = of.row(sheet, at, [None] * 11 + [one.matched_count, one.unmatched_count])


def _checks(of: Sheets, day: Day) -> None:
    say, names = of.say, platforms(day)
    sheet = of.add(say("Checks"), (8, 30, 18, 26, 26, 11, 11, 11, 60))
    at = _list_head(
        of, sheet, ("code", "rule", "platform", "subject", "verdict", "compared", "matched", "breaks", "why")
    )
    for one in day.checks:
        of.row(sheet, at, [one.rule, say.word(one.rule), names[one.lane], one.subject, None, one.compared_count, one.matched_count,
                           one.break_count, say.of(one.why)])  # fmt: skip
        sheet.write_string(at, 4, say.word(one.verdict), of.of_verdict[one.verdict])
        at += 1


def _breaks(of: Sheets, day: Day) -> None:
    say = of.say
    sheet = of.add(say("Breaks"), (9, 9, 26, 18, 14, 36, 14, 24, 24, 9, 18, 12, 8, 16, 16, 40, 40, 50, 24))
    head = ("severity", "code", "break", "platform", "pool", "subject", "field", "ours", "theirs", "currency", "at risk", "since", "age",
             "state", "owner", "cause", "act", "evidence", "item")  # fmt: skip
    at = _list_head(of, sheet, head)
    day_format = of.book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    closed = [one for one in day.breaks if one.state == "closed"]
    for one in [*open_breaks(day), *closed]:
        evidence = "\n".join(f"{say.of(part.says)}: {part.reference}" for part in one.evidence)
        of.row(sheet, at, [
            one.severity, one.code, say.code(one.code), one.platform, one.pool, one.subject, one.field, one.ours, one.theirs, one.currency,
            None, None, one.age_days, say.word(one.state), one.owner or say("nobody"), say.of(one.cause), say.of(CODES[one.code].act),
            evidence, one.id,
        ])  # fmt: skip
        if one.currency:
            of.amount(sheet, at, 10, one.at_risk_minor, one.currency)
        sheet.write_datetime(at, 11, one.since, day_format)
        at += 1


def _list_head(of: Sheets, sheet: Any, names: Sequence[str]) -> int:
    """Write the head of a list, which stays in view and may be filtered by."""
    at = of.row(sheet, 0, [of.say(name) for name in names], of.head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, len(names) - 1)
    return at
