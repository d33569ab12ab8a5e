"""A receipt: what a good one says, and that nothing in a bad one goes through."""

from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cunguan.keys import note_keys
from cunguan.transparency.note import Key
from cunguan.transparency.policy import read as read_policy
from cunguan.transparency.receipt import CHECKS, Account, Part, Pins, Result, coded, encode, read, verify
from tests.transparency.receipt_case import (
    AT,
    CUSTODIAN,
    LOG,
    ORIGIN,
    PINS,
    POLICY,
    Act,
    Journal,
    Log,
    checkpoint,
    journals,
    month_row,
    sealed,
    seed,
)

#: the same signature of the same text is looked at once: thousands of files here differ in one bit
check = cache(note_keys.check)

PAID = journals(3)
HERE = Log(PAID)
GOOD = HERE.file(PAID[1])


def look(content: bytes, pins: Pins = PINS) -> Result:
    return verify(content, pins, check)


def failed(content: bytes, pins: Pins = PINS) -> tuple[str, str]:
    """Return the check that fails, which is the last that was made, and its word."""
    result = look(content, pins)
    assert not result.is_good and result.receipt is None and not result.own
    last = result.checks[-1]
    assert [one.state for one in result.checks] == ["ok"] * (len(result.checks) - 1) + ["failed"]
    return last.name, last.word


def test_says_what_was_posted_where_it_stands_and_who_has_seen_it() -> None:
    result = look(GOOD)
    assert [(one.name, one.state) for one in result.checks] == [(name, "ok") for name in CHECKS]
    (own,) = result.own
    assert (own.account, own.side, own.amount_minor, own.change_minor, own.number) == (
        Account(11, "L7", "2010", "CNY"), "credit", 10000, 10000, 2,
    )  # fmt: skip
    assert own.previous == PAID[0].link and own.link == PAID[1].link
    assert result.header is not None and (result.header.id, result.header.at) == (
        "pay-2",
        "2026-03-02T08:59:58.000000Z",
    )
    assert (result.origin, result.size, result.places) == (ORIGIN, 12, (5,))
    assert [(one.name, one.at) for one in result.witnessed] == [("platform", AT + 1), ("auditor", AT + 2)]
    assert result.latest == AT + 2, "the quorum is two: the second made it certain"
    assert result.from_file == () and "not_witnessed" not in result.not_proved


def test_of_an_ordinary_journal_is_smaller_than_five_kilobytes_under_a_log_of_a_million() -> None:
    lines = "".join(f"{coded(bytes(32))}\n" for _ in range(20 - 4))
    assert len(GOOD) + len(lines) < 5000


def test_the_bodies_of_others_stay_hidden() -> None:
    hidden = {one.name for one in read(GOOD).parts if one.hash}
    assert hidden == {"body", "debit:0"} and b"amount_minor" in GOOD and b'\\"account\\":-1' not in GOOD


def test_tells_plainly_what_only_the_file_says_of_keys() -> None:
    result = look(GOOD, Pins())
    assert result.is_good and result.from_file == ("log", "policy", "custodian")
    assert [one.word for one in result.checks if one.name in ("log", "names")] == ["of_file", "of_file"]
    assert look(GOOD, Pins(policy=PINS.policy)).from_file == ("custodian",), "a policy names its logs"
    assert look(GOOD, Pins(log=LOG.key)).from_file == ("policy", "custodian")


@pytest.mark.parametrize("bit", range(8))
def test_every_single_bit_that_is_turned_is_refused(bit: int) -> None:
    for place in range(len(GOOD)):
        turned = bytearray(GOOD)
        turned[place] ^= 1 << bit
        assert not look(bytes(turned)).is_good, (place, bit)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(GOOD)), cut=st.integers(0, 40), put=st.binary(max_size=40))
def test_no_other_bytes_say_anything(place: int, cut: int, put: bytes) -> None:
    changed = GOOD[:place] + put + GOOD[place + cut :]
    assert changed == GOOD or not look(changed).is_good


@pytest.mark.parametrize(
    "content, word",
    [
        (b"", "not_a_receipt"),
        (b"[]", "not_a_receipt"),
        (b"\xff\xfe", "not_a_receipt"),
        (GOOD + b"\n", "another_form"),
        (GOOD.replace(b'{"format"', b'{ "format"', 1), "another_form"),
        (GOOD.replace(b"receipt/v1", b"receipt/v2", 1), "another_format"),
        (GOOD.replace(b'"holder":"L7"', b'"holder":"L7","holder":"L7"', 1), "another_form"),
        (GOOD.replace(b'"holder":"L7"', b'"holder":"\\u004c7"', 1), "another_form"),
        (GOOD.replace(b'"platform":', b'"more":1,"platform":', 1), "not_a_receipt"),
    ],
    ids=[
        "empty",
        "a list",
        "no text",
        "a line more",
        "a space",
        "another version",
        "a field twice",
        "an escape",
        "a field more",
    ],
)
def test_has_one_form_alone(content: bytes, word: str) -> None:
    assert failed(content) == ("form", word)


def of(**changed: object) -> bytes:
    return HERE.file(PAID[1], **changed)


def parts(**changed: Part) -> tuple[Part, ...]:
    return tuple(changed.get(one.name.partition(":")[0], one) for one in read(GOOD).parts)


CREDIT = PAID[1].shown(("credit:0",))[3]
FOREIGN = Log([Journal(102, 2, PAID[0].link, account=13)])


@pytest.mark.parametrize(
    "content, name, word",
    [
        (of(sequence=103), "opening", "another_place"),
        (of(lane=2), "opening", "another_place"),
        (of(parts=parts()[1:]), "opening", "not_its_kind"),
        (of(parts=parts()[:3]), "opening", "parts_differ"),
        (of(parts=(*parts(), Part("body", hash=coded(seed("x"))))), "opening", "parts_differ"),
        (of(accounts=()), "opening", "accounts_differ"),
        (of(accounts=(Account(12, "L7", "2010", "CNY"),)), "opening", "accounts_differ"),
        (of(accounts=(Account(11, "L8", "2010", "CNY"),)), "opening", "another_owner"),
        (of(holder="L8"), "opening", "another_owner"),
        (of(parts=parts(credit=replace(CREDIT, hash=coded(seed("x"))))), "opening", "neither_open_nor_hidden"),
        (of(parts=parts(credit=Part("credit:0", salt=coded(seed("x"))))), "opening", "accounts_differ"),
        (of(parts=parts(body=Part("body", hash=coded(seed("x")[:31])))), "opening", "not_base64"),
        (of(parts=parts(credit=replace(CREDIT, opening=CREDIT.opening + " "))), "opening", "not_its_kind"),
        (of(parts=parts(credit=replace(CREDIT, salt=coded(seed("x"))))), "root", "not_under_root"),
        (of(parts=parts(body=Part("body", hash=coded(seed("x"))))), "root", "not_under_root"),
        (of(leaves=()), "opening", "leaves_differ"),
        (of(leaves=(replace(read(GOOD).leaves[0], type=9),)), "opening", "leaves_differ"),
        (of(leaves=(replace(read(GOOD).leaves[0], proof=read(GOOD).leaves[0].proof + "\n"),)), "root", "no_proof"),
        (of(leaves=read(HERE.file(PAID[2])).leaves), "root", "not_under_root"),
        (of(checkpoint="nothing"), "root", "no_proof"),
        (HERE.file(PAID[1], checkpoint(HERE.hashes, ["platform"])), "quorum", "not_met"),
        (HERE.file(PAID[1], checkpoint(HERE.hashes, ["platform", "platform"])), "quorum", "not_met"),
        (encode(replace(read(GOOD), platform="P2")), "names", "not_signed"),
        (encode(replace(read(GOOD), accounts=(Account(11, "L7", "2010", "USD"),))), "names", "not_signed"),
        (encode(replace(read(GOOD), policy="")), "names", "not_signed"),
        (FOREIGN.file(FOREIGN.leaves[0]), "opening", "another_place"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_is_refused_where_it_first_fails(content: bytes, name: str, word: str) -> None:
    assert failed(content) == (name, word)


def test_a_side_without_a_number_or_with_a_link_too_many_is_refused() -> None:
    for number, previous in ((0, ""), (1, "ab" * 32), (2, ""), (2, "ab")):
        log = Log([Journal(101, number, previous)])
        assert failed(log.file(log.leaves[0])) == ("opening", "another_number")


def test_another_log_or_a_signature_by_another_key_is_refused() -> None:
    other = Key(ORIGIN, LOG.key.algorithm, CUSTODIAN.key.public)
    assert failed(GOOD, replace(PINS, log=Key("log.example/2", LOG.key.algorithm, LOG.key.public))) == (
        "log",
        "another_log",
    )
    assert failed(GOOD, replace(PINS, log=other)) == ("log", "not_signed")
    assert failed(GOOD, replace(PINS, custodian=LOG.key)) == ("names", "not_signed")


def test_under_a_policy_that_asks_nobody_it_says_that_nobody_has_seen_it() -> None:
    alone = replace(PINS, policy=read_policy(b"quorum none\n"))
    result = look(HERE.file(PAID[1], checkpoint(HERE.hashes, [])), alone)
    assert result.is_good and result.latest is None and "not_witnessed" in result.not_proved
    assert [(one.state, one.word) for one in result.checks if one.name == "quorum"] == [("open", "nobody_asked")]
    assert look(GOOD, alone).latest is None, "whoever cosigned, nobody was asked to"


def test_a_platforms_opens_everything() -> None:
    whole = of(
        holder="", accounts=(Account(-1, "bank", "1010", "CNY"), Account(11, "L7", "2010", "CNY")), parts=tuple(PAID[1].parts)
    )  # fmt: skip
    result = look(whole)
    assert result.is_good and result.body == '{"holder":"L7","amount_minor":10000}'
    assert [(one.account.code, one.change_minor) for one in result.own] == [("1010", 10000), ("2010", 10000)]


def test_a_month_is_stated_by_an_act() -> None:
    act = Act(7, month_row(PAID))
    log = Log([*PAID, act])
    result = look(log.file(act))
    assert result.is_good and result.month is not None and result.header is None
    assert (result.month.month, result.month.last_number, result.month.closing_minor) == ("2026-03", 3, 30000)
    assert failed(log.file(act, holder="L8")) == ("opening", "another_owner")


def test_a_statement_of_nothing_is_refused() -> None:
    act = Act(7, {"month": "2026-03"})
    log = Log([act])
    assert failed(log.file(act)) == ("opening", "not_its_kind")


def test_its_one_form_is_that_of_json_in_every_browser() -> None:
    odd = '\x01\x1f\b\f\n\r\t"\\/\x7f\u2028é存😀'
    written = encode(replace(read(GOOD), platform=odd)).decode()
    said = written.partition('"platform":"')[2].partition('","holder"')[0]
    assert said == '\\u0001\\u001f\\b\\f\\n\\r\\t\\"\\\\/\x7f\u2028é存😀'
    assert msgspec.json.decode(written)["platform"] == odd
    assert sealed(read(GOOD)) == GOOD and POLICY in read(GOOD).policy
