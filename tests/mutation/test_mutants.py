"""The mutants themselves: each is one change, in a function, and a change that matters is found by a test that looks."""

import ast
from pathlib import Path

import pytest

from tests.mutation.__main__ import SOURCE, equivalents, python_files
from tests.mutation.mutants import changed_statements, mutants

MODULE = """
def fee(amount_minor, cap_minor):
    assert amount_minor > 0
    if amount_minor > cap_minor:
        return cap_minor
    return amount_minor + 1


def hold(lender, amount_minor):
    return Decision(Code.done, postings=(Posting(lender.available, lender.held, amount_minor),), moves=())
"""

EXPECTED = [
    "fee: Add is Sub",
    "fee: Gt is GtE",
    "fee: 1 is 2",
    "fee: the branch is never taken",
    "hold: Code.done is Code.state_forbids",
    "hold: available is held",
    "hold: debit and credit are swapped",
    "hold: held is available",
    "hold: moves are forgotten",
    "hold: postings are forgotten",
]


@pytest.fixture
def found(tmp_path: Path) -> dict[str, str]:
    """The mutants of a small module: what was changed, and the changed source."""
    (tmp_path / "module.py").write_text(MODULE)
    made = mutants(Path("module.py"), tmp_path)
    return {f"{mutant.function}: {mutant.what}": ast.unparse(mutant.tree) for mutant in made}


def test_each_way_money_code_goes_wrong_makes_one_mutant(found: dict[str, str]) -> None:
    assert sorted(found) == sorted(EXPECTED)


def test_a_mutant_differs_in_its_one_place(found: dict[str, str]) -> None:
    whole = ast.unparse(ast.parse(MODULE)).splitlines()
    for source in found.values():
        changed = source.splitlines()
        assert len(changed) == len(whole)
        assert sum(before != after for before, after in zip(whole, changed, strict=True)) == 1


def test_a_mutant_is_another_program(found: dict[str, str]) -> None:
    names: dict[str, object] = {}
    exec(found["fee: Gt is GtE"].split("def hold")[0], names)  # noqa: S102 - the source above
    exec(found["fee: Add is Sub"].split("def hold")[0].replace("def fee", "def lost"), names)  # noqa: S102
    fee, lost = names["fee"], names["lost"]
    assert callable(fee) and callable(lost)
    assert (fee(5, 9), fee(9, 9), lost(5, 9)) == (6, 9, 4)


def test_a_comment_of_a_statement_is_no_mutant() -> None:
    assert [what for what, _ in changed_statements("-- as of a = b\nSELECT 1 FROM lane WHERE lane = 1")] == [
        "line 2: = is <>"
    ]


def test_each_equivalent_mutant_is_one_of_the_code_and_says_why() -> None:
    known = equivalents()
    files = {Path(name.split(" ")[0]) for name in known}
    assert files <= set(python_files([]))
    made = {mutant.key for file in files for mutant in mutants(file, SOURCE)}
    assert known.keys() <= made
    assert all(known.values())
