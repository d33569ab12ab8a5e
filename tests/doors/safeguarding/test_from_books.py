"""`cunguan safeguard` on the books: k.2 from the first run to the signed off one after the top-up, and what is kept of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.jobs import safeguarding
from cunguan.plane.lane import VirtualClock
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from cunguan.store import roles
from tests.conftest import migrated
from tests.scenarios.language import run_text
from tests.store.twins import PostgresTwin

SCENARIO = Path(__file__).parents[2] / "scenarios" / "k2_safeguarding_of_a_day.txt"
DAY = "2026-06-01"
TWO = ("--maker", "m1", "--checker", "c1")
FIGURES = ("requirement_minor", "resource_minor", "shortfall_minor", "next_day_requirement_minor", "next_day_resource_minor",
           "next_day_shortfall_minor")  # fmt: skip


def k2() -> str:
    """The scenario's day up to the shortfall, moved to a Monday on which CASS 15 is in force."""
    text = SCENARIO.read_text(encoding="utf-8").replace("2024-03-01", "2026-05-29").replace("2024-03-04", DAY)
    return text[: text.index("the firm makes 30.00 of CB1 good")]


class Typed:
    """A person at a terminal."""

    def __init__(self, wiring: Wiring, capsys: pytest.CaptureFixture[str]) -> None:
        self.wiring, self._capsys = wiring, capsys

    def __call__(self, *argv: str) -> tuple[int, str, str]:
        try:
            code = cli.main(("safeguard", *argv), self.wiring)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *self._capsys.readouterr()

    def report(self, *argv: str) -> tuple[int, str, str]:
        """Print a report."""
        return cli.main(("report", *argv), self.wiring), *self._capsys.readouterr()

    def json(self, *argv: str) -> Any:
        return json.loads(self(*argv, "--json")[1])

    def run(self, *argv: str) -> dict[str, Any]:
        """Make the run of the one pool by CASS 15."""
        [one] = self.json("--rule", "uk_cass15", "--date", DAY, *argv)["pools"]
        return dict(one)


@pytest.fixture
def typed(wheel_database: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    """An installation with the books of k.2 and its plane; the doors have their own role."""
    migrated(wheel_database)
    roles.create(wheel_database)
    twin = PostgresTwin(wheel_database)
    run_text(k2(), "k2", twin)
    twin.close()
    door = make_conninfo(wheel_database, user=roles.DOOR)
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_DOOR_URL": door, "CUNGUAN_HOME": str(home), "LANG": "C"})
    clock = VirtualClock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    with Process(wheel_database, owner="test", channels=lambda lane: {}, clock=clock) as process:
        server = Server(process.plane, wiring.socket)
        yield Typed(wiring, capsys)
        server.stop()


def figures(run: dict[str, Any]) -> list[int]:
    return [run[name] for name in FIGURES]


def test_k2_is_found_topped_up_run_again_and_signed_off(typed: Typed) -> None:
    code, said, _ = typed(
        "means",
        "--pool",
        "main",
        "--id",
        "collection",
        "--kind",
        "unplaced",
        "--institution",
        "Bank",
        "--from",
        DAY,
        *TWO,
    )
    assert (code, said) == (0, "recorded\n")

    # ── the run, and the same again ──────────────────────────────────────────
    found = typed.run("--preparer", "p1")
    assert figures(found) == [82_000, 79_000, 3_000, 73_000, 70_000, 3_000]
    assert found["proposed"] == [
        {"kind": "pool_top_up", "shortfall": "CB1", "source": "own_money", "amount_minor": 3_000}
    ]
    assert (found["clients"], found["source"], found["external"]) == (2, "books", "incomplete")
    assert typed.run("--preparer", "p2")["run"] == found["run"]
    run = str(found["run"])
    assert typed("--rule", "uk_cass15", "--date", DAY)[0] == 1

    # ── who has looked at it ─────────────────────────────────────────────────
    assert typed("sign", run, "--reviewer", " p1 ")[0] == 1
    code, said, _ = typed("sign", run, "--reviewer", "r1", "--note", "seen")
    assert code == 0 and "signed off by r1" in said
    assert "is signed off by r1" in typed("sign", run, "--reviewer", "r2")[2]
    assert typed("sign", "999", "--reviewer", "r1")[0] == 2

    # ── the breach and its notice ────────────────────────────────────────────
    [breach] = typed.json("show", run)["breaches"]
    assert (breach["kind"], breach["amount_minor"], breach["due"], breach["must_be_told"]) == (
        "shortfall",
        3_000,
        DAY,
        True,
    )
    assert "shortfall 30.00" in typed("notice", run)[1]
    assert typed("notice", run, "--by", "p1")[0] == 2

    # ── the top-up, by two people ────────────────────────────────────────────
    hands = ("top-up", run, "--bank-account", "bank", "--reference", "FT-1")
    code, said, _ = typed(*hands, "--maker", "m1", "--checker", "m1")
    assert (code, "same_person_twice" in said) == (1, True)
    hands = (*hands, *TWO)  # refused before: the id is still free
    code, said, _ = typed(*hands)
    assert (code, said.split()) == (0, [f"safeguard:{run}:1", "done"])
    assert typed(*hands)[:2] == (code, said), "the same again is the same answer"

    # ── run again the same day ───────────────────────────────────────────────
    code, said, _ = typed("--rule", "uk_cass15", "--date", DAY, "--preparer", "p1")
    assert code == 0 and "requirement 820.00 · resource 820.00 · reconciled" in said
    again = typed.run("--preparer", "p1")
    assert figures(again) == [82_000, 82_000, 0, 73_000, 73_000, 0] and again["proposed"] == []
    assert typed("top-up", str(again["run"]), "--bank-account", "bank", "--reference", "FT-2", *TWO)[0] == 1
    [breach] = typed.json("show", run)["breaches"]
    assert (breach["good_run"], breach["is_late"], breach["must_be_told"]) == (again["run"], False, False)
    code, said, _ = typed("notice", run, "--by", "p1", "--reference", "FCA-7", "--lang", "zh")
    assert code == 0 and "保障资金不足报告" in said and "不足 30.00" in said
    assert typed.json("show", run)["breaches"][0]["told_reference"] == "FCA-7"

    # ── kept as it was ───────────────────────────────────────────────────────
    assert typed("verify", run)[:2] == (0, f"run {run}: the books and the rules say the same again\n")
    listed = typed.json("list", "--from", DAY, "--to", DAY)
    assert [one["run"] for one in listed] == [found["run"], again["run"]]
    assert listed[0]["sign_off"]["reviewer"] == "r1" and listed[0]["code_version"] and len(listed[0]["rule_hash"]) == 64
    assert "r1" in typed("list")[1]

    # ── the month of it ──────────────────────────────────────────────────────
    code, said, _ = typed.report("rep027", "2026-06", "--json")
    [month] = json.loads(said)
    assert (code, month["highest"]["requirement_minor"], month["adjustments_minor"]) == (1, 82_000, 3_000)
    assert (month["breaches"], month["notifiable_breaches"], month["unsigned_runs"]) == (1, 0, [again["run"]])
    assert month["missing_days"] == [], "the lane stands on the first of June"
    code, said, _ = typed.report("custody", "2026-06", "--rule", "uk_cass15", "--lang", "zh")
    assert code == 1 and "充值  " in said and "820.00" in said
    code, said, err = typed.report("custody", "2026-06")
    assert (code, said) == (2, "") and "there is no run of cn_p2p_pool in 2026-06" in err


WRONG = [
    (("--rule", "uk_cass15", "--date", "2026-06-02"), "P1 stands on 2026-06-01; 2026-06-02 has not begun"),
    (("--rule", "uk_cass15", "--date", "2026-05-06"), "uk_cass15 binds from 2026-05-07"),
    (("--rule", "uk_cass15", "--date", DAY, "--platform", "P9"), "no lane belongs to P9"),
    (("--rule", "uk_cass15", "--date", DAY, "--pool", "other"), "there is no pool that uk_cass15 binds"),
    (("--rule", "cn_prepaid", "--date", DAY), "firm_class: one of brand, group, scale"),
    (("--date", DAY), "say --rule and --date"),
    (("bind", "--pool", "main", "--rule", "cn_prepaid", "--from", DAY, *TWO), "needs --firm-class: one of brand, group, scale"),
    (("bind", "--pool", "main", "--rule", "sg_ps", "--pool-class", "x", "--from", DAY, *TWO), "one of payment, e_money"),
    (("bind", "--pool", "main", "--rule", "sg_ps", "--from", DAY, "--maker", "m", "--checker", "m"), "same_person_twice"),
    (("means", "--pool", "main", "--id", "x", "--kind", "account", "--institution", "B", "--from", DAY, *TWO), "it has bank, collection"),
    (("means", "--pool", "main", "--id", "x", "--kind", "asset", "--institution", "B", "--from", DAY, *TWO), "--amount"),
    (("stated", "--pool", "main", "--id", "x", "--date", DAY, "--amount", "1", "--document", "d", *TWO), "nothing is recorded under x"),
    (("show", "99"), "there is no run 99"),
]  # fmt: skip


def test_the_job_runs_each_date_that_is_over_once_and_again_when_its_statement_came(
    typed: Typed, wheel_database: str
) -> None:
    url, now = str(typed.wiring.door_url("")), datetime(2026, 6, 1, 10, tzinfo=UTC)
    [made] = safeguarding.sweep(url, now)
    assert (made.outcome.rule, made.outcome.date.isoformat()) == ("cn_p2p_pool", "2026-05-29")
    assert (made.outcome.figures.now.verdict, made.outcome.figures.is_sound, made.outcome.external) == (
        "excess",
        True,
        "incomplete",
    )
    assert safeguarding.sweep(url, now) == []
    for account, closing in (("bank", 75_000), ("collection", 0)):  # 20.00 of it are the firm's own
        _stated(wheel_database, account, closing)
    [again] = safeguarding.sweep(url, now)
    assert again.outcome.external == "agrees" and again.run != made.run
    assert safeguarding.sweep(url, now) == []
    assert typed("bind", "--pool", "main", "--rule", "sg_ps", "--from", "2026-05-01", *TWO)[0] == 0
    assert [one.outcome.rule for one in safeguarding.sweep(url, now)] == ["sg_ps"], (
        "a regime says which rule book binds"
    )


def _stated(url: str, account: str, closing_minor: int) -> None:
    """Put a statement of the day before where the inbox would."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO bank_statement (file, place, channel, format, kind, identity, lane, bank_account, account, currency, day,"
            " opening_minor, closing_minor, entry_count, credit_minor, debit_minor, verdict, difference, state, digest)"
            " VALUES (1, %s, 'demobank', 'camt', 'statement', %s, 1, %s, '', 'CNY', '2026-05-29', 0, %s, 0, 0, 0, 'balanced', '',"
            " 'read', '')",
            (closing_minor, account, account, closing_minor),
        )


def test_each_fact_recorded_counts_from_its_day_on_and_a_wrong_line_is_told_what_to_write(
    typed: Typed, wheel_database: str
) -> None:
    assert figures(typed.run())[:3] == [82_000, 79_000, 3_000]  # every bank account of a pool is a safeguarding account
    of = ("--pool", "main", *TWO)
    cover = ("means", "--id", "policy", "--kind", "insurance", "--institution", "Insurer", "--letter", "L-1", *of)
    assert typed(*cover, "--amount", "20.00", "--from", "2026-06-02")[0] == 0
    assert figures(typed.run())[:3] == [82_000, 79_000, 3_000]
    assert typed(*cover, "--amount", "30.00", "--from", DAY)[0] == 0
    assert figures(typed.run())[:3] == [82_000, 82_000, 0]
    assert typed.run()["is_sound"] is True
    assert typed("stated", "--id", "policy", "--date", DAY, "--amount", "25.00", "--document", "letter", *of)[0] == 0
    code, said, _ = typed("--rule", "uk_cass15", "--date", DAY)
    assert code == 1 and "differs" in said and "25.00  ≠" in said
    with psycopg.connect(wheel_database, autocommit=True) as owner, pytest.raises(psycopg.Error, match="append-only"):
        owner.execute("UPDATE safeguarding_run SET preparer = 'x'")

    assert typed("verify", "1")[0] == 0, "what was recorded after a run does not change what it read"
    [pool] = typed.json("recorded", "--date", DAY)
    assert (pool["platform"], pool["regimes"], [one["id"] for one in pool["means"]]) == ("P1", [], ["policy"])
    assert "policy  insurance  30.00  Insurer  L-1" in typed("recorded")[1]

    # ── what is not taken
    for argv, says in WRONG:
        code, out, err = typed(*argv)
        assert (code, out) == (2, "") and says in err, err

    # ── a prepaid pool is judged by the balance at the end of the quarter before: there was none, so all may leave
    bound = ("bind", "--pool", "main", "--rule", "cn_prepaid", "--firm-class", "brand", "--from", DAY, *TWO)
    assert typed(*bound)[0] == 0
    [one] = typed.json("--rule", "cn_prepaid", "--date", DAY)["pools"]
    assert (one["share_e6"], one["share_of_minor"], one["requirement_minor"], one["is_sound"]) == (0, 0, 0, True)
