"""Receipts as they are made: who is shown what, and when there is none yet."""

import pytest

from cunguan.doors.receipts.making import NoReceipt
from cunguan.keys.note_keys import check
from cunguan.transparency.receipt import Pins, Result, read, verify
from tests.doors.receipts.books import BANK, L7, L7_HELD, L8
from tests.doors.receipts.conftest import Issuing
from tests.transparency.receipt_case import AT


def good(content: bytes, pins: Pins) -> Result:
    result = verify(content, pins, check)
    assert result.is_good, result.checks[-1]
    return result


def test_each_is_shown_his_own(issuing: Issuing) -> None:
    both = issuing.books.post((BANK, L7, 10000), (L7, L8, 3000), (L7, L7_HELD, 500))
    paid = issuing.books.post((L7, L8, 3000), word_of="L7")
    asked = issuing.books.post(word_of="L7")
    issuing.take()
    issuing.cosign()

    content = issuing.made(both)
    result = good(content, issuing.pins)
    assert result.header is not None and (result.header.id, result.header.postings) == (both, 3)
    assert [(one.account.code, one.side, one.amount_minor, one.number) for one in result.own] == [
        ("2010", "credit", 10000, 1), ("2010", "debit", 3000, 2), ("2010", "debit", 500, 3), ("2020", "credit", 500, 1),
    ], "a client is shown the header and his own sides"  # fmt: skip
    assert result.latest == AT + 2 and result.body == "" and result.authority is None
    assert b'"L8' not in content and {one.name for one in read(content).parts if one.hash} == {
        "body",
        "debit:0",
        "credit:1",
    }
    assert len(content) < 5000

    result = good(issuing.made(paid), issuing.pins)
    assert result.authority is not None and result.authority["payee"] == "card" and len(result.places) == 2, (
        "his own word"
    )
    other = good(issuing.made(paid, "L8"), issuing.pins)
    assert other.authority is None and [one.change_minor for one in other.own] == [3000], (
        "what another gave is not shown"
    )
    alone = good(issuing.made(asked), issuing.pins)
    assert alone.authority is not None and alone.own == () and len(alone.places) == 1, "a word that moved nothing"

    result = good(issuing.made(paid, ""), issuing.pins)
    assert result.body == '{"note":"i2"}' and [one.account.owner for one in result.own] == ["L7", "L8"]
    assert result.authority is None and len(result.places) == 1, "a platform is shown all but the client's word"
    result = good(issuing.made(asked, ""), issuing.pins)
    assert result.own == () and result.body == '{"note":"i3"}', "an instruction without a posting"


def refused(issuing: Issuing, name: str, holder: str = "L7") -> str:
    with pytest.raises(NoReceipt) as wrong:
        issuing.made(name, holder)
    return wrong.value.code.name


def test_there_is_none_yet_or_none_at_all(issuing: Issuing) -> None:
    paid = issuing.books.post((BANK, L7, 100))
    no = issuing.books.post(state="refused")
    issuing.take()
    later = issuing.books.post((BANK, L7, 100))
    assert refused(issuing, later) == "receipt_not_ready", "its lane is not taken in so far"
    assert refused(issuing, no) == "receipt_of_nothing"
    assert refused(issuing, paid, "L8") == "receipt_not_his"
    assert refused(issuing, "unknown") == "not_found"

    alone = verify(issuing.made(paid), Pins(), check)
    assert [(one.name, one.word) for one in alone.checks if one.state == "failed"] == [("log", "no_log_key")], (
        "without a policy a receipt names no key: whoever checks it must have one"
    )
    issuing.cosign(("platform",))
    assert not verify(issuing.made(paid), issuing.pins, check).is_good
    issuing.cosign()
    issuing.take()
    result = good(issuing.made(paid), issuing.pins)
    assert (result.size, len(result.witnessed)) == (1, 2), "the first checkpoint that is cosigned, before a newer one"
