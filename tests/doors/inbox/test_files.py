"""Kept files are read by what they begin with; what cannot be read is kept, named, and holds nothing up."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec
import psycopg
import pytest

from cunguan.channels.iso20022.profile import Bank, sandbox
from cunguan.doors.inbox.files import again, read_file, read_received
from cunguan.doors.inbox.keep import keep
from cunguan.formats import settlement
from cunguan.formats.csv_statement import mapping
from cunguan.formats.jiangxi import ALEVE
from cunguan.formats.settlement import Order, Settlement
from cunguan.kernel.deposit_reference import Holder, creditor_reference
from cunguan.store import roles
from tests.conftest import fresh_database
from tests.doors.inbox.house import ANNA, NOW, Inbox, credit, notification, running
from tests.formats.test_jiangxi import POSTING, line
from tests.plane.harness import LANE, as_role, books_hold

MT940 = """:20:DAY1
:25:r1
:28C:{number}/1
:60F:C260302USD0,
:61:2603020302C{amount}NTRFNONREF//{reference}
:86:{text}
:62F:C260302USD{amount}
-
"""


@pytest.fixture(scope="module")
def inbox(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    for url in fresh_database(wheel_server_url):
        with running(url, tmp_path_factory.mktemp("inbox")) as made:
            yield made
            books_hold(url)


def bring(
    inbox: Inbox, content: bytes, name: str = "file", channel: str = "demobank", banks: Mapping[str, Bank] | None = None
) -> tuple[str, str]:
    """Keep a file, read what waits, tell the books, and return what became of the file."""
    with psycopg.connect(as_role(inbox.url, roles.DOOR), autocommit=True) as connection:
        file = keep(connection, inbox.sealer, io.BytesIO(content), channel=channel, name=name, at=NOW).id
        while read_received(connection, inbox.sealer, banks or {}, NOW):
            pass
    inbox.book()
    return tuple(inbox.rows("SELECT state, why FROM bank_file WHERE id = %s", file)[0])  # type: ignore[return-value]


def test_a_swift_statement_reaches_the_books(inbox: Inbox) -> None:
    before = inbox.balance("2210")
    content = MT940.format(number=1, amount="12,50", reference="B1", text="deposit").encode()
    assert bring(inbox, content) == ("read", "")
    assert inbox.balance("2210") == before + 1250
    assert bring(inbox, content) == ("read", ""), "the same bytes are one file"
    assert bring(inbox, content.replace(b"\n", b"\r\n")) == ("read", "")
    assert inbox.balance("2210") == before + 1250, "the same statement in other bytes is one statement"


def test_csv_is_read_as_the_profile_of_its_bank_says(inbox: Inbox) -> None:
    before = inbox.balance("2210")
    says = mapping(
        {"account": "r1", "currency": "USD", "columns": {"booked_on": "day", "amount": "sum", "bank_reference": "no"}}
    )
    bank = msgspec.structs.replace(sandbox("http://127.0.0.1:1")["demobank"], csv=says)
    content = b"day,sum,no\n2026-03-02,7.50,C1\n"
    assert bring(inbox, content, banks={"demobank": bank}) == ("read", "")
    assert inbox.balance("2210") == before + 750
    state, why = bring(inbox, content.replace(b"C1", b"C2"))
    assert (state, "a mapping" in why) == ("unreadable", True)


def test_an_archive_is_its_files(inbox: Inbox) -> None:
    before = inbox.balance("2210")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in (2, 3):
            archive.writestr(
                f"{number}.sta", MT940.format(number=number, amount="1,", reference=f"Z{number}", text="x")
            )
    assert bring(inbox, packed.getvalue(), "day.zip") == ("read", "")
    assert inbox.balance("2210") == before + 200


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "begins like no statement"), (b"\x00\x01", "begins like no statement"), (b"<html>", "no message known here"),
     (b"PK\x03\x04 broken", "archive"), (b"settlement,1\nchannel,x\n", "account"),
     (MT940.format(number=4, amount="5,", reference="X", text="x").replace(":62F:C260302USD5,", ":62F:C260302USD6,").encode(),
      "closing by 1"),
     (MT940.format(number=5, amount="5,", reference="X", text="x").encode()[:60], "")],
    ids=["empty", "rubbish", "html", "broken archive", "cut settlement", "does not add up", "cut statement"],
)  # fmt: skip
def test_what_cannot_be_used_is_kept_and_named(inbox: Inbox, content: bytes, says: str) -> None:
    before = inbox.balance("1010")
    state, why = bring(inbox, content)
    assert state == "unreadable" and says in why, why
    assert inbox.balance("1010") == before


def test_a_file_that_was_not_used_can_be_read_anew(inbox: Inbox) -> None:
    bring(inbox, b"<html>anew</html>")
    file = inbox.rows("SELECT max(id) FROM bank_file")[0][0]
    with psycopg.connect(as_role(inbox.url, roles.DOOR), autocommit=True) as connection:
        assert again(connection, file)
        assert read_received(connection, inbox.sealer, {}, NOW) == 1
        assert inbox.rows("SELECT state FROM bank_file WHERE id = %s", file) == [("unreadable",)]
    done = inbox.rows("SELECT id FROM bank_file WHERE state = 'read' LIMIT 1")[0][0]
    with psycopg.connect(as_role(inbox.url, roles.DOOR), autocommit=True) as connection:
        assert not again(connection, done), "what was read whole is not read twice"


# ── channels that settle later ───────────────────────────────────────────────
def announce(inbox: Inbox, name: str, amount_minor: int) -> None:
    inbox.do(
        name, "deposit_notice", holder=ANNA, channel="demopay", settle_date=date(2026, 3, 3), amount_minor=amount_minor,
        reference="r",
    )  # fmt: skip


def net(reference: str, *orders: Order) -> bytes:
    return settlement.write(Settlement("demopay", "r1", date(2026, 3, 3), "USD", reference, orders))


def test_a_channel_that_settles_net_gives_the_client_the_gross(inbox: Inbox) -> None:
    """B15: Dr 1010 net, Dr 1030 fee / Cr 1020 gross; the credit may come before its file."""
    announce(inbox, "D1", 1000)
    announce(inbox, "D2", 500)
    before = inbox.balance("2010", ANNA), inbox.balance("1010"), inbox.balance("1030")
    assert inbox.told(*notification(credit("14.90", "net", end_to_end_id="demopay:1"))) == [
        ("waits", "settlement_file")
    ]
    wrong = net("demopay:1", Order("D1", 1000, 5), Order("D3", 500, 5))
    assert bring(inbox, wrong, channel="demopay") == ("read", "")
    assert inbox.rows("SELECT outcome, cause FROM bank_entry WHERE bank_reference = 'net'") == [
        ("person", "deposit_not_uncleared")
    ]
    assert inbox.balance("1010") == before[1]
    assert bring(inbox, net("demopay:1", Order("D1", 1000, 5), Order("D2", 500, 5)), channel="demopay") == ("read", "")
    assert inbox.rows("SELECT outcome, cause FROM bank_entry WHERE bank_reference = 'net'") == [
        ("booked", "settlement")
    ]
    after = inbox.balance("2010", ANNA), inbox.balance("1010"), inbox.balance("1030")
    assert after == (before[0] + 1500, before[1] + 1490, before[2] + 10)
    assert inbox.told(*notification(credit("14.90", "net again", end_to_end_id="demopay:1"))) == [
        ("booked", "settled_twice")
    ]


def test_a_deposit_that_is_paid_by_itself_is_settled(inbox: Inbox) -> None:
    announce(inbox, "D9", 300)
    before = inbox.balance("2010", ANNA)
    assert inbox.told(*notification(credit("3.00", "d9", end_to_end_id="D9"))) == [("booked", "settlement")]
    assert inbox.balance("2010", ANNA) == before + 300


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (settlement.write(Settlement("other", "r1", date(2026, 3, 3), "USD", "o:1", (Order("D1", 1, 0),))), "of other"),
        (settlement.write(Settlement("demopay", "r7", date(2026, 3, 3), "USD", "o:1", (Order("D1", 1, 0),))), "no account of ours"),
        (settlement.write(Settlement("demopay", "r1", date(2026, 3, 3), "EUR", "o:1", (Order("D1", 1, 0),))), "in EUR"),
        (net("demopay:0", Order("D1", 1, 1)), "pays nothing"),
        (net("demopay:1", Order("D4", 7, 0)), "booked by another file"),
    ],
)  # fmt: skip
def test_a_settlement_that_is_not_for_us_is_flagged(inbox: Inbox, content: bytes, says: str) -> None:
    state, why = bring(inbox, content, channel="demopay")
    assert state == "flagged" and says in why


def test_a_creditor_reference_is_found_in_what_a_payer_typed(inbox: Inbox) -> None:
    number = inbox.rows("SELECT base FROM holder_account WHERE lane = %s AND id = %s", LANE, ANNA)[0][0]
    typed = creditor_reference(Holder(LANE, number))
    text = f"{typed[:4]} {typed[4:12]}\n{typed[12:]}"
    bring(inbox, MT940.format(number=7, amount="1,", reference="T7", text=text).encode())
    assert inbox.rows("SELECT holder FROM bank_entry WHERE bank_reference = 'T7'") == [(ANNA,)]


def test_a_line_of_another_length_is_listed_and_the_rest_is_kept(inbox: Inbox) -> None:
    """S-18, S-19: 371 bytes of GBK a line; what is not, is named, and a file that is not whole is not booked."""
    before = inbox.balance("1010")
    sound = line(ALEVE, **{**POSTING, "account": "r1"})
    state, why = bring(inbox, sound + b"\n" + sound[:-1] + b"\n" + sound, "ALEVE0001")
    assert state == "unreadable" and "370" in why
    file = inbox.rows("SELECT max(id) FROM bank_file")[0][0]
    assert inbox.rows("SELECT place FROM bank_bad_line WHERE file = %s", file) == [("line 2",)]
    kept = "SELECT count(*) FROM bank_entry e JOIN bank_statement s ON s.id = e.statement WHERE s.file = %s"
    assert inbox.rows(kept, file) == [(2,)]
    assert inbox.balance("1010") == before


def test_what_the_database_takes_in_no_text_is_unreadable_and_holds_nothing_up(inbox: Inbox) -> None:
    odd = MT940.format(number=70, amount="1,", reference="N1", text="x").replace("NTRF", "N\0RF")
    assert bring(inbox, odd.encode(), name="a\udcff\0b")[0] in ("read", "unreadable")
    bai = (
        "01,S,R,240201,0000,1,,,2/\n02,R,S,1,240201,0000,USD,2/\n03,r1,USD,010,0/\n16,3\x0099,5,Z,B\x001,,x/\n49,0,3/\n"
    )
    assert bring(inbox, bai.encode())[0] in ("flagged", "unreadable")
    assert bring(inbox, MT940.format(number=71, amount="1,", reference="N2", text="x").encode())[0] == "read"


def test_a_file_that_somebody_else_reads_is_left_to_him(inbox: Inbox) -> None:
    url = as_role(inbox.url, roles.DOOR)
    content = MT940.format(number=72, amount="1,", reference="N3", text="x").encode()
    with psycopg.connect(url, autocommit=True) as one, psycopg.connect(url, autocommit=True) as other:
        file = keep(one, inbox.sealer, io.BytesIO(content), channel="demobank", name="f", at=NOW).id
        with one.transaction():
            one.execute("SELECT FROM bank_file WHERE id = %s FOR UPDATE", (file,))
            assert read_received(other, inbox.sealer, {}, NOW) == 0
        assert read_received(other, inbox.sealer, {}, NOW) == 1
        assert read_file(other, inbox.sealer, {}, file, "demobank", "f", NOW) is None, "it was read"
