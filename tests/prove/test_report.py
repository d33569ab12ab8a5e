"""The proof of sound books holds, also while they grow, and says the same of the same books."""

import importlib
import pkgutil
import threading
from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from cunguan import states
from cunguan.kernel.machine import Machine
from cunguan.kernel.rows import ROWS
from cunguan.operations.catalogue import operations
from cunguan.prove import reading
from cunguan.prove.asked import TEXTS
from cunguan.prove.report import CLAIMS, PastHead, UnknownPlatform, prove
from cunguan.prove.state_moves import MACHINES
from cunguan.store.postgres import PostgresWriter
from cunguan.store.tables import table
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import book, change, fill, filled, one, write


def test_holds_for_sound_books(database: str) -> None:
    filled(database)
    report = prove(database)
    assert [str(finding) for result in report.claims for finding in result.findings] == []
    assert report.holds
    assert [lane.lane for lane in report.lanes] == [0, 1, 2]
    looked_at = {result.claim for result in report.claims if result.checked}
    # nobody of the staff signs in these books: tests/portals/approvals looks at the claim that is about them
    assert looked_at == {claim.name for claim in CLAIMS} - {"approvals"}, (
        "a claim that looked at nothing proves nothing"
    )


def test_says_the_three_numbers_of_each_pool(books: str) -> None:
    report = prove(books, platform="P1")
    assert report.pools
    for number in (2, 3):
        sides = {
            side: sum(term.amount_minor for term in report.pools[0].terms if (term.number, term.side) == (number, side))
            for side in ("left", "right")
        }
        assert sides["left"] == sides["right"] > 0
    named = {term.name: term.amount_minor for term in report.pools[0].terms if term.number == 2}
    assert (named["outbound"], named["holders: held"]) == (59_000, 300_507)


def test_reads_the_same_in_small_pieces(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prove(books)
    monkeypatch.setattr(reading, "CHUNK_SEQUENCES", 7)
    monkeypatch.setattr(reading, "CHUNK_POSTINGS", 3)
    parts = prove(books)
    assert parts.holds
    assert parts.digest == whole.digest


def test_has_one_digest_for_the_same_books(database: str, wheel_database: str) -> None:
    filled(database)
    filled(wheel_database)
    assert prove(database).digest == prove(wheel_database).digest


def test_has_another_digest_for_other_books(books: str) -> None:
    before = prove(books).digest
    change(books, "UPDATE posting SET opened = NULL WHERE lane = 2 AND opened IS NOT NULL")
    assert prove(books).digest != before


def test_proves_one_platform_alone(books: str) -> None:
    report = prove(books, platform="P2")
    assert report.holds
    assert [(lane.lane, lane.platform) for lane in report.lanes] == [(2, "P2")]


def test_refuses_a_question_without_an_answer(books: str) -> None:
    with pytest.raises(UnknownPlatform):
        prove(books, platform="nobody")
    with pytest.raises(PastHead):
        prove(books, platform="P1", as_of=10_000)
    with pytest.raises(PastHead):
        prove(books, as_of=3)


def test_holds_at_every_earlier_sequence_and_says_what_it_cannot_compare(books: str) -> None:
    head = int(one(books, "SELECT head FROM lane WHERE lane = %s", LANE))
    for sequence in range(head):
        report = prove(books, platform="P1", as_of=sequence)
        assert report.first is None
        assert report.lanes[0].head == sequence
        assert any(result.not_compared for result in report.claims)
    whole = prove(books, platform="P1", as_of=head)
    assert whole == replace(prove(books, platform="P1"), seconds=whole.seconds)


def test_holds_while_the_plane_writes(wheel_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK_SEQUENCES", 5)
    batches = book()
    fill(wheel_database, batches[:20])
    writer = PostgresWriter(wheel_database)
    heads = []

    def go_on() -> None:
        for batch in batches[20:]:
            writer.write(batch)

    plane = threading.Thread(target=go_on)
    plane.start()
    try:
        while plane.is_alive():
            report = prove(wheel_database)
            assert report.first is None
            heads.append([lane.head for lane in report.lanes])
    finally:
        plane.join()
        writer.close()
    assert heads == sorted(heads)
    assert prove(wheel_database).holds


def test_holds_in_the_middle_of_runs(wheel_database: str) -> None:
    loan = Loan()
    loan.fees(LANE)
    loan.consent(LANE, "B")
    listing = loan.crowd(2_100, fee_schedule="fees", fee_item="platform_fee")
    loan.done(LANE, "disburse", "disbursement", listing=listing)
    loan.run("disburse", steps=2)
    fill(wheel_database, loan.store.batches)
    assert prove(wheel_database).first is None
    written = len(loan.store.batches)
    loan.run("disburse")
    row = loan.plan()[0]
    loan.give(LANE, "B", row.interest_minor)
    loan.repay(1, row.principal_minor, row.interest_minor, id="repay")
    loan.run("repay", steps=3)
    write(wheel_database, loan.store.batches[written:])
    report = prove(wheel_database)
    assert report.first is None
    assert sum(lane.postings for lane in report.lanes) > 2 * 2_100


def test_compares_each_page_at_its_own_head(wheel_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a batch before every page that is read: rows have moved on since the proof began, and still agree."""
    batches = book()
    start = len(batches) // 2
    fill(wheel_database, batches[:start])
    waiting = list(batches[start:])
    writer = PostgresWriter(wheel_database)
    pages = reading.Reader.pages

    def pages_while_writing(self: reading.Reader, lane: int, of: reading.PageOf) -> Iterator[reading.Page]:
        if waiting:
            writer.write(waiting.pop(0))
        return pages(self, lane, of)

    monkeypatch.setattr(reading.Reader, "pages", pages_while_writing)
    try:
        while waiting:
            before = len(waiting)
            assert prove(wheel_database).first is None
            assert len(waiting) < before
    finally:
        writer.close()


def test_names_a_gap_that_an_epoch_declared(books: str) -> None:
    head = int(one(books, "SELECT head FROM lane WHERE lane = 2"))
    change(
        books,
        f"INSERT INTO epoch (epoch, reason, heads, restored) VALUES "
        f"(2, 'restored', '{{\"2\": {head + 100}}}', '{{\"2\": {head}}}')",
        f"UPDATE lane SET head = {head + 101} WHERE lane = 2",
        f"INSERT INTO batch SELECT 2, {head + 101}, {head + 101}, now(), business_date, '', '', 1, '', 0 "
        "FROM lane_day WHERE lane = 2",
        f"INSERT INTO instruction VALUES (2, {head + 101}, 36, 1, 'b', 'bar', 'refused', '', "
        "'{\"reason\":\"r\"}', '{}')",
        "INSERT INTO instruction_key SELECT 2, head, substring(sha256('b') FOR 16) FROM lane WHERE lane = 2",
    )
    report = prove(books, platform="P2")
    assert report.holds, report.first
    assert report.gaps == [f"lane 2: {head + 1} to {head + 100}, declared by epoch 2 (restored)"]


def test_finds_the_same_gap_when_no_epoch_declared_it(books: str) -> None:
    change(books, "UPDATE lane SET head = head + 1 WHERE lane = 2")
    assert prove(books).first is not None


def test_tells_how_far_it_is(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cunguan.prove.report.PROGRESS_SECONDS", 0.0)
    told: list[tuple[str, int, int]] = []
    prove(books, progress=lambda *said: told.append(said))
    assert any("postings" in what and done == total for what, done, total in told)


def test_knows_every_confirmation_that_operations_ask_for() -> None:
    """The checker's tables are its own; only this test compares them with what they check."""
    by_clients = {kind for kind, operation in operations().items() if operation.authority_text is not None}
    assert by_clients == {kind for kind, text in TEXTS.items() if text.kind not in ("L", "M")}
    assert set(TEXTS) <= set(operations())


def test_knows_the_machine_of_every_row_with_a_state() -> None:
    machines = {
        machine.name: machine
        for info in pkgutil.iter_modules(states.__path__)
        for machine in vars(importlib.import_module(f"cunguan.states.{info.name}")).values()
        if isinstance(machine, Machine)
    }
    for name, (_, begins, ends) in MACHINES.items():
        assert begins == {machines[name].initial} | machines[name].begins
        assert ends == machines[name].final
    # holds, claims and keys change with what they are about, and write no move; their own claims look at them
    with_state = {table(kind).name for kind in ROWS if "state" in kind.__struct_fields__}
    known = {described[0] for described in MACHINES.values()}
    assert with_state - known == {"bank_account", "claim", "client_key", "hold", "lane_day", "person_here"}


def test_reads_only(books: str) -> None:
    reader = reading.Reader(books)
    try:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.ask("UPDATE lane SET head = head RETURNING head")
    finally:
        reader.close()


def test_does_not_fall_over_rows_that_make_no_sense(books: str) -> None:
    change(books, "UPDATE authority SET until = 'someday' WHERE kind = 'A'")
    report = prove(books)
    assert not report.holds
    assert any("cannot be computed" in finding.what for result in report.claims for finding in result.findings)
