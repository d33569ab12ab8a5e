"""`cunguan safeguard --file`: a firm's own balances, pool by pool, and what it says of a file that is not whole."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli

Safeguard = Callable[..., tuple[int, str, str]]
HEAD = "pool,currency,kind,name,amount\n"
K2 = [
    "main,GBP,client,A,500.00", "main,GBP,client,B,300.00", "main,GBP,client,C,-50.00", "main,GBP,unallocated,,20.00",
    "main,GBP,account,Bank 1,700.00", "main,GBP,unplaced,till,90.00", "main,GBP,received_today,,90.00",
    "main,GBP,statement,Bank 1,700.00", "main,GBP,statement,till,90.00",
]  # fmt: skip


@pytest.fixture
def safeguard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Safeguard:
    """Run the verb on a file of these lines."""

    def call(lines: list[str], *argv: str, rule: str = "uk_cass15") -> tuple[int, str, str]:
        file = tmp_path / "balances.csv"
        file.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        words = ("safeguard", "--rule", rule, "--date", "2026-06-01", "--file", str(file), *argv)
        code = cli.main(words, Wiring({"CUNGUAN_HOME": str(tmp_path), "LANG": "C"}))
        return code, *capsys.readouterr()

    return call


def pools(out: str) -> dict[str, dict[str, object]]:
    return {pool["pool"]: pool for pool in json.loads(out)["pools"]}


def test_gives_k2_and_is_reconciled_when_30_are_paid_in(safeguard: Safeguard) -> None:
    code, out, _ = safeguard(K2, "--json")
    one = pools(out)["main"]
    names = ("requirement_minor", "resource_minor", "shortfall_minor", "excess_minor", "next_day_requirement_minor",
             "next_day_resource_minor", "next_day_shortfall_minor")  # fmt: skip
    assert (code, [one[name] for name in names]) == (1, [82_000, 79_000, 3_000, 0, 73_000, 70_000, 3_000])
    assert (one["external"], one["below_zero_minor"], one["clients"]) == ("agrees", 5_000, 2)
    paid_in = [line.replace("Bank 1,700.00", "Bank 1,730.00") for line in K2]
    code, out, _ = safeguard(paid_in, "--json")
    assert (code, pools(out)["main"]["verdict"], pools(out)["main"]["next_day_verdict"]) == (
        0,
        "reconciled",
        "reconciled",
    )


def test_says_each_term_in_both_languages(safeguard: Safeguard) -> None:
    _, english, _ = safeguard(K2)
    _, chinese, _ = safeguard(K2, "--lang", "zh")
    assert "requirement 820.00 · resource 790.00 · shortfall 30.00" in english
    assert "D+1: requirement 730.00 · resource 700.00 · shortfall 30.00" in english
    assert "应保障金额 820.00 · 已保障金额 790.00 · 不足 30.00" in chinese
    assert "received, not yet allocated to a client   20.00" in english and "已收待分配款" in chinese


def test_keeps_two_pools_apart(safeguard: Safeguard) -> None:
    lines = [f"{pool},GBP,{kind},{name},{amount}" for pool, kind, name, amount in (
        ("e_money", "client", "A", 10), ("e_money", "account", "b1", 4),
        ("unrelated_payments", "client", "A", 10), ("unrelated_payments", "account", "b2", 16),
    )]  # fmt: skip
    code, out, _ = safeguard(lines, "--json")
    found = {name: (pool["shortfall_minor"], pool["excess_minor"]) for name, pool in pools(out).items()}
    assert (code, found) == (1, {"e_money": (600, 0), "unrelated_payments": (0, 600)})


@pytest.mark.parametrize(
    ("statement", "external", "code"),
    [("10.00", "agrees", 0), ("9.99", "differs", 1), ("-10.00", "differs", 1), (None, "incomplete", 0)],
)
def test_compares_each_account_with_its_statement(
    safeguard: Safeguard, statement: str | None, external: str, code: int
) -> None:
    lines = ["m,GBP,client,A,10", "m,GBP,account,b,10", *([f"m,GBP,statement,b,{statement}"] if statement else [])]
    found, out, _ = safeguard(lines, "--json")
    assert (found, pools(out)["m"]["external"]) == (code, external)


def test_names_no_account_number_and_hashes_every_byte(safeguard: Safeguard, tmp_path: Path) -> None:
    _, out, _ = safeguard(["m,GBP,client,A,10", "m,GBP,account,GB29NWBK60161331926819,10"], "--json")
    assert "NWBK" not in out and "6819" in out
    _, other, _ = safeguard(["m,GBP,client,B,10", "m,GBP,account,GB29NWBK60161331926819,10"], "--json")
    assert pools(out)["m"]["inputs_sha256"] != pools(other)["m"]["inputs_sha256"]
    assert (
        hashlib.sha256((tmp_path / "balances.csv").read_bytes()).hexdigest() not in out
    )  # the hash is of all that was read


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("main,EUR,client,D,1", "line 11: EUR in pool main of GBP: a pool has one currency"),
        ("main,GBP,unallocated,,-1", "line 11: unallocated is below zero"),
        ("main,GBP,custmer,D,1", "line 11: no kind is called 'custmer'; there are client,"),
        ("main,GBP,account,Bank 1,1", "line 11: the record of Bank 1 stands twice in pool main"),
        ("main,GBP,received_today,,1", "line 11: received_today stands twice in pool main"),
        ("main,GBP,statement,Bank 9,1", "pool main has statements of what it has no record of: Bank 9"),
    ],
)
def test_refuses_a_file_with_a_record_it_does_not_understand(safeguard: Safeguard, line: str, says: str) -> None:
    code, out, err = safeguard([*K2, line])
    assert (code, out) == (2, "") and says in err


def test_refuses_what_the_rule_pack_cannot_judge(safeguard: Safeguard) -> None:
    assert "is of CNY" in safeguard(K2, rule="cn_reserve")[2]
    assert (
        "firm_class: one of brand, group, scale"
        in safeguard(["m,CNY,client,A,1", "m,CNY,quarter_end,,100"], rule="cn_prepaid")[2]
    )
    code, out, _ = safeguard(
        ["m,CNY,client,A,1", "m,CNY,quarter_end,,100", "m,CNY,account,b,20"], "--json", "--firm-class", "scale", rule="cn_prepaid"
    )  # fmt: skip
    assert (code, pools(out)["m"]["requirement_minor"]) == (0, 2_000)
    assert "there is no record" in safeguard([])[2]
