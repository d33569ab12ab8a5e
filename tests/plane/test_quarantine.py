"""`cunguan quarantine`: an operator sees what our own mistake stopped, has it decided again, or refuses it for good."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import quarantine
from cunguan.kernel.codes import Code
from cunguan.plane.client import Client
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from cunguan.prove.report import prove
from tests.operations.test_quarantine_resolution import mistaken
from tests.plane.harness import LANE, balance, deposit, stored

TWO = ["--lane", str(LANE), "--reason", "mended", "--maker", "m1", "--checker", "c1"]


class Operator:
    """An operator at a command line beside a plane."""

    def __init__(self, wiring: Wiring, capsys: pytest.CaptureFixture[str]) -> None:
        self.client, self._wiring, self._capsys = Client(wiring.socket), wiring, capsys
        self._parser = argparse.ArgumentParser()
        quarantine.add_parser(self._parser.add_subparsers())

    def __call__(self, *argv: str) -> tuple[int, str]:
        arguments = self._parser.parse_args(["quarantine", *argv])
        self._capsys.readouterr()
        code = int(arguments.run(arguments, self._wiring))
        return code, "".join(self._capsys.readouterr())


@pytest.fixture
def operator(books: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    wiring = Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(home)})
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, wiring.socket)
        operator = Operator(wiring, capsys)
        yield operator
        operator.client.close()
        server.stop()


def stop(operator: Operator, number: int) -> str:
    """Let a deposit of 1.00 be quarantined; return its id."""
    asked = deposit(number)
    with mistaken("deposit_direct"):
        assert operator.client.ask(LANE, asked).code is Code.in_doubt
    return asked.id


def test_drives_an_instruction_again_and_its_first_id_tells_the_outcome(books: str, operator: Operator) -> None:
    assert operator("list") == (0, "nothing is quarantined\n")
    name = stop(operator, 1)
    code, said = operator("list")
    assert code == 0 and name in said and said.endswith("waits for two people\n")
    assert operator.client.ask(LANE, deposit(1)).code is Code.in_doubt
    before = balance(books, "bank", "1010")
    code, said = operator("redrive", name, *TWO)
    assert code == 0 and f"{name}:again  done" in said
    assert balance(books, "bank", "1010") == before + 100
    again = operator.client.ask(LANE, deposit(1))
    assert (again.id, again.code) == (name, Code.done)
    assert operator("redrive", name, *TWO)[0] == 0, "typed twice, it is told as the first time"
    assert balance(books, "bank", "1010") == before + 100
    assert stored(books, LANE, name)[name][1] == "quarantined", "the row itself never changes"
    assert json.loads(operator("list", "--json")[1])[0]["outcome"] == "redriven"
    assert prove(books).holds


def test_refuses_one_for_good(books: str, operator: Operator) -> None:
    name = stop(operator, 2)
    assert operator("refuse", name, *TWO)[0] == 0
    answer = operator.client.ask(LANE, deposit(2))
    assert (answer.code, answer.why) == (Code.refused_by_two_names, "mended")
    code, said = operator("redrive", name, *TWO)
    assert code == 1 and "exists_with_different_field" in said
    assert prove(books).holds


def test_says_what_is_not_there(operator: Operator) -> None:
    code, said = operator("redrive", "nothing", *TWO)
    assert code == 1 and "no quarantined nothing" in said
    code, said = operator("refuse", "nothing", *TWO, "--json")
    assert code == 1 and json.loads(said)[0]["code"] == Code.instruction_not_found
