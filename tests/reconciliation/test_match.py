"""Matching: what is matched, and what is told of the rest; all cases of the table run as one day."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cunguan.reconciliation import match as matching
from cunguan.reconciliation.ladder import RUNGS
from cunguan.reconciliation.lines import CAUSES, SIDES, Found, Line
from tests.reconciliation.three_sides import DAY, by_hand, codes, found

#: a day of cases, one a line
CASES = Path(__file__).with_name("match_cases.txt").read_text(encoding="utf-8")


def lines(case: str, side: str, text: str, numbers: "count[int]") -> list[Line]:
    """Read the lines of a side; what is not said is as everybody says it."""
    return [_line(case, side, one.split(), next(numbers)) for one in text.split(";") if one.strip()]


def _line(case: str, side: str, words: list[str], number: int) -> Line:
    said = dict(word.split("=") for word in words[1:])
    reference = said.get("ref")
    name = case if reference is None else reference if said.get("raw") or not reference else f"{case}/{reference}"
    return Line(
        line=number,
        amount_minor=int(words[0]),
        currency=said.get("currency", "CNY"),
        booked_on=DAY + timedelta(days=int(said.get("day", 0))),
        value_on=_value(said.get("value", "0")) if side != "platform" else None,
        reference=name,
        batch=said.get("batch", ""),
        account=said.get("account", "B1") if side != "platform" else "",
        counterparty=said.get("party", case),
        listing=said.get("listing", "P1") if side != "bank" else "",
        status=said.get("status", "done") if side != "bank" else "",
        kind=said.get("kind", ""),
        at_platform=said.get("platform") != "no",
        at_bank=said.get("bank") != "no",
    )


def _value(said: str) -> date | None:
    return DAY + timedelta(days=int(said)) if said else None


ROWS = [[cell.strip() for cell in row.split("|")] for row in CASES.splitlines()[3:]]


@cache
def numbered() -> dict[str, dict[str, list[Line]]]:
    """Return the lines of each case, side by side, numbered through."""
    numbers = count(1)
    return {
        case: {side: lines(case, side, text, numbers) for side, text in zip(SIDES, texts, strict=True)}
        for case, *texts, _ in ROWS
    }


def one_day() -> dict[str, list[Line]]:
    """Return the lines of all cases."""
    return {side: [one for of_case in numbered().values() for one in of_case[side]] for side in SIDES}


@cache
def told() -> dict[str, list[Found]]:
    """Run all cases as one day; return what was found of each."""
    owner = {one.line: case for case, sides in numbered().items() for some in sides.values() for one in some}
    by_case = defaultdict(list)
    for one in found(**one_day()):
        by_case[owner[next(n for side in SIDES if (n := getattr(one, f"{side}_line")) is not None)]].append(one)
    return by_case


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_found_of(row: list[str]) -> None:
    case, *_, wanted = row
    said = [f"{one.code} {one.cause} {one.field or '-'} {one.at_risk_minor}" for one in told()[case]]
    assert sorted(said) == sorted(part.strip() for part in wanted.split(";") if part.strip())


def test_every_rung_of_the_ladder_has_a_case_and_its_words() -> None:
    seen = {(one.code, one.cause, one.field) for found_of in told().values() for one in found_of}
    assert {(rung.code, rung.cause, rung.field) for rung in RUNGS} == seen
    assert {rung.cause for rung in RUNGS} == set(CAUSES)


def test_the_sql_by_hand_finds_the_same() -> None:
    assert by_hand(**one_day()) == found(**one_day())


def test_the_sums_and_the_first_line_of_each_side_are_told() -> None:
    [one] = told()["booked three times by the bank"]
    assert (one.platform_count, one.ledger_count, one.bank_count) == (1, 1, 3)
    assert (one.ledger_minor, one.bank_minor, one.ledger_said, one.bank_said) == (100, 300, "100", "300")
    [one] = told()["paid by another"]
    assert (one.ledger_said, one.bank_said) == ("paid by another", "eve")


def test_the_only_line_that_would_fit_is_a_hint_for_both() -> None:
    bank, ledger = sorted(told()["no reference and a day late"], key=lambda one: one.code)
    assert (bank.perhaps_side, bank.perhaps_line) == ("ledger", ledger.ledger_line)
    assert (ledger.perhaps_side, ledger.perhaps_line) == ("bank", bank.bank_line)
    assert {one.perhaps_side for one in told()["two of the same, one came"]} == {""}


def test_age_and_severity_are_of_the_earliest_line() -> None:
    [one] = told()["not at the bank for three days"]
    assert (one.since, one.age_days, one.severity) == (DAY - timedelta(days=3), 3, 3)
    [debit] = told()["a debit nobody ordered"]
    assert debit.severity == 1


def test_a_side_that_is_not_given_is_expected_of_nobody() -> None:
    numbers = count(1)
    ledger = lines("x", "ledger", "100;5 ref=y", numbers)
    assert codes(found(ledger=ledger, bank=lines("x", "bank", "100", numbers))) == [("BRK09", "x/y")]


def test_more_lines_than_the_bound_are_matched_with_none() -> None:
    def day(many: int) -> list[Found]:
        ledger = [line(n, 1, batch="m") for n in range(many)]
        return found(ledger=ledger, bank=[line(0, many, reference="m")])

    assert day(matching.MOST) == []
    assert [one.code for one in day(matching.MOST + 1)].count("BRK09") == matching.MOST + 1


def line(number: int, amount_minor: int, **said: object) -> Line:
    """Return an ordinary line whose reference is its number."""
    plain = {
        "reference": f"W{number}",
        "counterparty": f"c{number}",
        "account": "B1",
        "status": "done",
        "value_on": DAY,
    }
    return Line(line=number, amount_minor=amount_minor, currency="CNY", booked_on=DAY, **plain | said)  # type: ignore[arg-type]


# ── k differences are k breaks ───────────────────────────────────────────────
#: what is done to one reference, and the break it must be
PLANTS = {
    "BRK01": lambda p, c, b: ([], c, b),
    "BRK02": lambda p, c, b: (p, [], []),
    "BRK03": lambda p, c, b: (p, c, [with_(b[0], amount_minor=b[0].amount_minor + 1)]),
    "BRK04": lambda p, c, b: ([with_(p[0], status="failed")], c, b),
    "BRK05": lambda p, c, b: (p, c, [*b, with_(b[0], line=b[0].line + 10_000)]),
    "BRK06": lambda p, c, b: (p, c, [with_(b[0], counterparty="eve")]),
    "BRK07": lambda p, c, b: (p, c, [with_(b[0], booked_on=DAY + timedelta(days=1))]),
    "BRK08": lambda p, c, b: (p, [], b),
    "BRK09": lambda p, c, b: (p, c, []),
    "BRK10": lambda p, c, b: (p, c, [*b, back(b[0], "reversal")]),
    "BRK11": lambda p, c, b: (p, c, [*b, back(b[0], "return")]),
    "BRK12": lambda p, c, b: (p, c, [*b, with_(back(b[0], "charge"), amount_minor=-3)]),
    "BRK13": lambda p, c, b: (p, c, [with_(b[0], amount_minor=b[0].amount_minor + 1, kind="exchange")]),
    "BRK16": lambda p, c, b: (p, c, [with_(b[0], value_on=DAY - timedelta(days=1))]),
    "": lambda p, c, b: (p, c, b),
}


def with_(one: Line, **said: object) -> Line:
    return msgspec.structs.replace(one, **said)


def back(one: Line, kind: str) -> Line:
    return with_(one, line=one.line + 10_000, amount_minor=-one.amount_minor, kind=kind)


def day_of(planted: list[str]) -> dict[str, list[Line]]:
    """Return a day of one reference a plant; amounts are far apart, so that no two references are each other's."""
    sides: dict[str, list[Line]] = {side: [] for side in SIDES}
    for number, code in enumerate(planted):
        ours = line(number, (number + 1) * 1_000 * (-1) ** number)
        new = PLANTS[code]([with_(ours, value_on=None)], [ours], [with_(ours, status="")])
        for side, some in zip(SIDES, new, strict=True):
            sides[side] += some
    return sides


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_k_differences_are_exactly_those_k_breaks_in_whatever_order_the_lines_stand(data: st.DataObject) -> None:
    planted = data.draw(st.lists(st.sampled_from(sorted(PLANTS)), min_size=1, max_size=40))
    day = day_of(planted)
    wanted = sorted((code, f"W{number}") for number, code in enumerate(planted) if code)
    first = found(**day)
    assert codes(first) == wanted
    assert found(**{side: data.draw(st.permutations(some)) for side, some in day.items()}) == first


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_the_order_of_lines_changes_nothing_and_what_sides_are_apart_by_is_found(data: st.DataObject) -> None:
    """Few references, parties and amounts, so that everything collides with everything."""
    some = st.builds(
        lambda reference, amount, party, kind, batch: {
            "reference": reference, "amount_minor": amount, "counterparty": party, "kind": kind, "batch": batch,
        },
        st.sampled_from(["", "a", "b", "c"]), st.sampled_from([-2, -1, 1, 2, 3]), st.sampled_from(["", "x", "y"]),
        st.sampled_from(["", "return", "charge"]), st.sampled_from(["", "m"]),
    )  # fmt: skip
    sides = {side: [line(n, **said) for n, said in enumerate(data.draw(st.lists(some, max_size=12)))] for side in SIDES}
    first = found(**sides)
    assert found(**{side: data.draw(st.permutations(some)) for side, some in sides.items()}) == first
    assert by_hand(**sides) == first
    ledger, bank = sides["ledger"], sides["bank"]
    apart = sum(one.amount_minor for one in bank) - sum(one.amount_minor for one in ledger)
    assert sum((one.bank_minor or 0) - (one.ledger_minor or 0) for one in found(ledger=ledger, bank=bank)) == apart
