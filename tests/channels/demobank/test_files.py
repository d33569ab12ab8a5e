"""The demo bank's papers: what it lays out when, what it says in them, and what becomes of them when told so."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cunguan.channels.demobank.bank import (
    LATE,
    NO_ANSWER,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    DemoBank,
    Fate,
    Mishap,
    Paper,
    PaperKind,
)
from cunguan.channels.demobank.files import content_of, hand, name_of
from cunguan.formats import camt, pain002, settlement
from cunguan.formats.statement import Entry, Head, summaries
from cunguan.operations.withdrawal import CreditTransfer

DAY = date(2026, 3, 2)
S, N, C = "status", "notification", "statement"


def bank(behaviour: Behaviour = SUCCESS) -> DemoBank:
    made = DemoBank(today=DAY)
    made.open("ref", "P1", 1_000)
    made.tell("P1", "1-W1", behaviour)
    return made


def paid(made: DemoBank, amount_minor: int = 600) -> DemoBank:
    made.take("P1", CreditTransfer("1-W1", "", amount_minor, "CNY", "ref"), "Li Lei", "622202", "1-W1", "1-W1")
    return made


def kinds(made: DemoBank, days: int = 0) -> list[tuple[int, PaperKind]]:
    """Return what was laid out, by the day after DAY."""
    for day in range(1, days + 1):
        made.begin_day(DAY + timedelta(days=day))
    return [((paper.day - DAY).days, paper.kind) for paper in made.papers]


def parts(made: DemoBank, kind: PaperKind) -> list[list[object]]:
    papers = [paper for paper in made.papers if paper.kind == kind]
    return [list(camt.read(io.BytesIO(content_of(made, paper)))) for paper in papers]


def told(made: DemoBank, paper: Paper) -> list[tuple[str, str, list[str]]]:
    report = pain002.read(io.BytesIO(content_of(made, paper)))
    return [(one.end_to_end_id, one.outcome, [why.code for why in one.reasons]) for one in report.transfers]


@pytest.mark.parametrize(
    ("behaviour", "laid"),
    [
        (SUCCESS, [(0, N), (0, S), (0, C), (1, C), (2, C)]),
        (REJECT, [(0, S), (0, C), (1, C), (2, C)]),
        (NO_ANSWER, [(0, C), (1, C), (2, C)]),
        (LATE, [(0, C), (1, N), (1, S), (1, C), (2, C)]),
        (Behaviour(callbacks=1), [(0, N), (0, S), (0, S), (0, C), (1, C), (2, C)]),
        (Behaviour(returned_days=2), [(0, N), (0, S), (0, C), (1, C), (2, N), (2, C)]),
    ],
    ids=["pays", "rejects", "silent", "late", "answers_twice", "returns"],
)
def test_are_laid_out_as_things_happen(behaviour: Behaviour, laid: list[tuple[int, PaperKind]]) -> None:
    # a statement is laid out before the next day begins
    assert kinds(paid(bank(behaviour)), 3) == laid


def test_a_status_report_says_what_became_of_it() -> None:
    made = paid(bank(REJECT))
    assert told(made, made.papers[0]) == [("1-W1", "rejected", ["AC04"])]
    made = paid(bank(), 2_000)
    assert told(made, made.papers[0]) == [("1-W1", "rejected", ["AM04"])]


def test_a_statement_adds_up_and_its_lines_are_those_of_the_notifications() -> None:
    made = paid(bank(RETURNED))
    made.receive("ref", 70, "L1", payer="Li Lei", payer_hash="622202")
    made.charge("ref", 5, "fee of March")
    kinds(made, 5)
    statements = parts(made, C)
    sums = [summary for one in statements for summary in summaries(iter(one))]  # type: ignore[arg-type]  # as camt yields them
    assert {one.verdict for one in sums} == {"balanced"}
    assert [(str(one.opening), str(one.closing)) for one in sums[:2]] == [("10.00", "4.65"), ("4.65", "4.65")]
    lines = [part for one in statements for part in one if isinstance(part, Entry)]
    assert lines == [part for one in parts(made, N) for part in one if isinstance(part, Entry)]
    assert [(one.credit, one.amount * 100, one.code.split("/")[-1], one.details[0].return_reason) for one in lines] == [
        (False, 600, "DMCT", ""), (True, 70, "DMCT", ""), (False, 5, "CHRG", ""), (True, 600, "RRTN", "AC04"),
    ]  # fmt: skip
    assert (lines[1].details[0].payer, lines[1].details[0].payer_account, lines[1].details[0].remittance) == (
        "Li Lei",
        "622202",
        "L1",
    )
    assert (lines[0].details[0].end_to_end_id, lines[0].details[0].payee) == ("1-W1", "Li Lei")


def test_more_is_booked_than_was_ordered_when_told_so() -> None:
    made = paid(bank(Behaviour(more_minor=7)))
    (notified,) = parts(made, N)
    assert [part.amount * 100 for part in notified if isinstance(part, Entry)] == [607]
    assert made.balance("ref") == 393


@pytest.mark.parametrize(
    ("fate", "names", "days"), [("lost", 0, [0]), ("twice", 2, [0, 0]), ("again", 2, [0, 0]), ("late", 1, [2])]
)
def test_a_file_goes_astray_as_it_is_told(fate: Fate, names: int, days: list[int]) -> None:
    made = bank()
    made.mishap("P1", Mishap("statement", fate, 2))
    kinds(made, 3)
    first = [paper for paper in made.papers if paper.kind == C and paper.of_day == DAY]
    assert (len({name_of(paper) for paper in first}), [(paper.day - DAY).days for paper in first] or [0]) == (
        names,
        days,
    )
    contents = {content_of(made, paper) for paper in first}
    assert len(contents) == {"lost": 0, "twice": 1, "again": 2, "late": 1}[fate]
    heads = {part.identity for one in parts(made, C) for part in one if isinstance(part, Head)}
    assert len(heads) == (2 if fate == "lost" else 3), "the same statement in other bytes has its identity"


@pytest.mark.parametrize(("is_net", "credit", "fee"), [(True, 994, 6), (False, 1_000, 0)])
def test_the_channel_settles_on_the_next_day_with_a_file_that_says_for_whom(
    is_net: bool, credit: int, fee: int
) -> None:
    made = bank()
    orders = [made.pay_by_channel(f"D{place}", "ref", 500, 3, is_net=is_net) for place in (1, 2)]
    assert {one.settle_date for one in orders} == {DAY + timedelta(days=1)}
    assert "settlement" not in dict(kinds(made)).values()
    assert [kind for day, kind in kinds(made, 1) if day == 1] == [N, "settlement"]
    found = settlement.read(io.BytesIO(content_of(made, made.papers[-1])))
    assert (found.net_minor, found.fee_minor, [one.order for one in found.orders]) == (credit, fee, ["D1", "D2"])
    assert (made.lines[-1].amount_minor, made.lines[-1].reference) == (credit, found.reference)
    (notified,) = parts(made, N)
    assert [part.details[0].end_to_end_id for part in notified if isinstance(part, Entry)] == [found.reference]


@pytest.mark.parametrize("content", [b"", b"<x/>", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_an_order_that_cannot_be_read_is_rejected_whole(content: bytes) -> None:
    call = hand("p.xml", content)
    assert call.fault and not call.payments
    made = bank()
    made.reject_order(call.order, call.fault)
    report = pain002.read(io.BytesIO(content_of(made, made.papers[0])))
    assert [(one.message_id, one.outcome) for one in report.messages] == [("p.xml", "rejected")]


def test_the_same_paper_is_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    make: Callable[[], DemoBank] = lambda: paid(bank(RETURNED))  # noqa: E731 - twice the same
    one, other = make(), make()
    kinds(one, 4), kinds(other, 4)
    assert [content_of(one, paper) for paper in one.papers] == [content_of(other, paper) for paper in other.papers]
