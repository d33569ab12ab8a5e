"""The samples of statements and payments, each with a truth of its own: 98 in 100 agree, and every other is explained here."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cunguan.formats import camt, detect
from cunguan.formats.statement import Wrong, summaries
from tests.conformance import statements as conformance

DATA = Path(__file__).parents[3] / "shared/data"
SAMPLES, ATTACKS = DATA / "01-statements", DATA / "09-hostile-input/xml-attacks"

#: why a sample answers otherwise than its truth says
EXPLAINED = {
    "camt.052/camt.052.max.xml": "a status of the bank's own (Prtry) is no booking: we say INFO, the truth repeats the bank's word",
    "camt.052/camt.052.max__1.xml": "as camt.052.max.xml",
    "camt.052/camt052.v1.xml": "version .01 has the account as PrtryAcct and the batch beside the details: we read both",
    "camt.053/statement.xml": "a template, not a statement: amounts are {{placeholders}}, which we refuse",
    "mt940/wolph_betterplace_amount_formats.sta": "six opening balances of one statement: we list five of them as wrong",
    "ofx/jseutter_account_listing_aggregation.ofx": "a list of accounts, not of statements: we find no statement in it",
    "ofx/jseutter_decimal_error.ofx": "the amount '$120' is no number: we name the line and leave it out, the truth counts it",
    "pacs.008/pacs.008.001.07__1.xml": "its CtrlSum is as wrong as its total: we say both, the truth says the total",
    "pacs.009/pacs.009.001.07.xml": "as pacs.008.001.07__1.xml",
}


@pytest.fixture(scope="module")
def found() -> list[conformance.Outcome]:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here: ../shared/data/01-statements")
    return list(conformance.outcomes(SAMPLES))


def test_98_of_100_agree_and_the_others_are_explained(found: list[conformance.Outcome]) -> None:
    disagreed = {one.file: one.different for one in found if one.kind == "disagreed"}
    agreed = sum(one.kind == "agreed" for one in found)
    assert disagreed.keys() == EXPLAINED.keys(), {name: disagreed[name] for name in disagreed.keys() - EXPLAINED.keys()}
    assert agreed >= 0.98 * (agreed + len(disagreed))


def test_what_is_not_read_is_named(found: list[conformance.Outcome]) -> None:
    assert all(one.why for one in found if one.kind == "unsupported")


def test_the_days_of_a_series_follow_one_another() -> None:
    folder = SAMPLES / "series-LT6258-camt.053"
    if not folder.is_dir():
        pytest.skip("the samples are not here: ../shared/data/01-statements")
    last: dict[str, Any] = {}
    followed, gaps = 0, []
    for path in sorted(folder.glob("*.xml")):
        for one in summaries(camt.read(io.BytesIO(path.read_bytes()))):
            assert one.verdict == "balanced", path.name
            followed += last.get(one.head.account) == one.opening
            gaps += [path.name] if last.get(one.head.account, one.opening) != one.opening else []
            last[one.head.account] = one.closing
    assert gaps == ["CAMT_053_2024-09-02.xml"]  # July and August are not in the series
    assert followed > 150


# ── hostile ──────────────────────────────────────────────────────────────────
def attacks() -> Iterator[Path]:
    yield from sorted(ATTACKS.iterdir()) if ATTACKS.is_dir() else ()


def test_hostile_xml_is_refused_and_nothing_is_read_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = list(attacks())
    if not paths:
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    contents = [(path.name, path.read_bytes()) for path in paths]

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("something outside the file was opened")

    monkeypatch.setattr("builtins.open", never)
    monkeypatch.setattr("socket.socket.connect", never)
    for name, raw in contents:
        with pytest.raises(Wrong):
            list(detect.reader(raw[: detect.BEGIN], name).read(io.BytesIO(raw)))


# ── the runner itself ────────────────────────────────────────────────────────
STATEMENT = ":20:A\n:25:1\n:60F:C240101CNY1,00\n:62F:C240101CNY1,00\n"
TRUTH = {
    "tag_sequence_first30": [],
    "statements": [
        {
            "ref": "A", "account": "1", "number": None, "available": None, "entries": [], "bad_lines": [], "entry_count": 0,
            "opening": {"tag": "60F", "ind": "C", "date": "240101", "currency": "CNY", "amount": "1.00"},
            "closing": {"tag": "62F", "ind": "C", "date": "240101", "currency": "CNY", "amount": "1.0"},
            "net": "0", "credit_sum": "0", "debit_sum": "0", "balance_check": "BALANCED", "difference_closing_minus_computed": "0",
        }
    ],
}  # fmt: skip


def written(folder: Path, truth: Any) -> Path:
    (folder / "a.sta").write_text(STATEMENT)
    (folder / "a.sta.truth.json").write_text(json.dumps(truth) if not isinstance(truth, str) else truth)
    return folder


def ran(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    return conformance.main(list(argv)), capsys.readouterr().out


def test_a_truth_that_agrees_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = ran(capsys, str(written(tmp_path, TRUTH)), "--json")
    assert (code, json.loads(out)["agreed"], json.loads(out)["disagreed"]) == (0, ["a.sta"], [])


def test_a_truth_that_differs_is_shown_by_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads(json.dumps(TRUTH).replace('"ref": "A"', '"ref": "B"'))
    code, out = ran(capsys, str(written(tmp_path, truth)), "--json")
    assert (code, json.loads(out)["disagreed"]) == (
        1,
        [{"file": "a.sta", "key": "statements[0].ref", "ours": "A", "theirs": "B"}],
    )
    code, out = ran(capsys, str(tmp_path))
    assert code == 1 and "disagreed  a.sta  statements[0].ref: ours 'A', theirs 'B'" in out


@pytest.mark.parametrize("truth", ["", "[]", "{", {"figures": 1}, {"record_types": {}}, {"statements": [{}]}])
def test_a_truth_that_says_nothing_is_unsupported(
    truth: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = ran(capsys, str(written(tmp_path, truth)), "--json")
    assert (code, len(json.loads(out)["unsupported"])) == (0, 1)


def test_a_folder_without_truths_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, str(tmp_path))[0] == 2
    assert ran(capsys, str(tmp_path / "none"))[0] == 2
