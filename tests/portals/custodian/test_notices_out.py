"""Notices that go out: the job hands them to the gateway, tries again by the clock, gives up after three days; the console sends again."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from cunguan.desks.notices.sending import SendFailed, Sending
from cunguan.desks.notices.trying import TRIED_FOR
from cunguan.doors.jobs import notices_sending
from cunguan.doors.portals.shell.house import house
from tests.desks.notices.gateway import serving
from tests.portals.custodian.ground import LANE
from tests.portals.harness import Site
from tests.portals.test_queries import check

Row = dict[str, Any]


class Hands:
    """The job with a clock that stands where a test puts it, and a channel that does what a test says."""

    carries_phone = False

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.seen: list[Sending] = []
        self.does: Callable[[Sending], str] = lambda sending: ""
        self.sender: Any = self

    def now(self) -> datetime:
        return self.at

    async def send(self, sending: Sending) -> None:
        self.seen.append(sending)
        if why := self.does(sending):
            raise SendFailed(why)

    def round(self, **changed: Any) -> bool:
        """Do one round; whether there may be more."""
        with_us = {"clock": self, "sender": self.sender, **changed}

        async def there(context: Any) -> bool:
            return await notices_sending.send(msgspec.structs.replace(context, **with_us))

        return house().call(there)

    def rounds(self) -> None:
        while self.round():
            pass

    def of(self, reader: str) -> list[Sending]:
        return [one for one in self.seen if one.reader == reader]


@pytest.fixture
def hands(site: Site) -> Iterator[Hands]:
    """Hands, after everything that other tests left has gone out."""
    made = Hands()
    made.at += timedelta(days=400)
    made.rounds()
    made.at -= timedelta(days=400)
    made.seen.clear()
    yield made
    made.does, made.sender = (lambda sending: ""), made
    made.at += timedelta(days=400)
    made.rounds()


def told(site: Site, reader: str, kind: str = "locked_out", **values: Any) -> int:
    """Tell a reader something; return the notice's number."""
    from cunguan.desks.notices.telling import tell

    tell(reader, kind, **values)
    return int(site.query("SELECT max(id) FROM notices_notice WHERE reader = %s", reader)[0][0])


def row(site: Site, number: int) -> Row:
    names = ("outgoing", "tries", "next_at", "last_error", "again_by")
    return dict(
        zip(names, site.query(f"SELECT {', '.join(names)} FROM notices_notice WHERE id = %s", number)[0], strict=True)
    )


def until_given_up(site: Site, hands: Hands, number: int) -> None:
    """Let the clock go from try to try; at the end it stands at the last one."""
    hands.rounds()
    while (found := row(site, number))["outgoing"] == "waiting":
        hands.at = max(hands.at, found["next_at"])
        hands.rounds()


# ── the job ──────────────────────────────────────────────────────────────────
def test_a_notice_goes_out_once_with_its_readers_language(site: Site, hands: Hands) -> None:
    client = site.signed_in("client", "person:out-1")
    client.user.language = "en"
    client.user.save()
    number = told(site, "person:out-1", "new_device", device="Firefox")
    told(site, "person:out-1", "fee_agreed", platform="P1")  # of a kind that stays in the portal
    hands.rounds()
    hands.rounds()
    (one,) = hands.of("person:out-1")
    assert (one.number, one.reader_kind, one.kind, one.language, one.values) == (
        number, "client", "new_device", "en", {"device": "Firefox"},
    )  # fmt: skip
    assert row(site, number) == {**row(site, number), "outgoing": "sent", "tries": 1, "last_error": ""}


def test_people_of_the_house_are_named_as_the_house_names_them(site: Site, hands: Hands) -> None:
    from cunguan.desks.notices.telling import tell

    staff, operator = site.user("staff", "staff-out-2"), site.user("platform", "op-out-2", lane=1)
    for one in (staff, operator):
        tell(one, "locked_out")
    hands.rounds()
    assert [(one.reader_kind, one.reader, one.lane) for one in hands.seen] == [
        ("staff", "staff-out-2", None), ("platform", "op-out-2", 1),
    ]  # fmt: skip


def test_what_failed_waits_for_its_time_and_is_the_same_by_its_key(site: Site, hands: Hands) -> None:
    number = told(site, "person:out-3")
    hands.does = lambda sending: "timed_out"
    begun = hands.at
    hands.rounds()
    assert row(site, number) == {
        "outgoing": "waiting", "tries": 1, "next_at": begun + timedelta(seconds=10), "last_error": "timed_out", "again_by": "",
    }  # fmt: skip
    hands.at += timedelta(seconds=9)
    hands.rounds()
    assert len(hands.of("person:out-3")) == 1
    hands.at += timedelta(seconds=1)
    hands.does = lambda sending: ""
    hands.rounds()
    first, second = hands.of("person:out-3")
    assert first.key == second.key and row(site, number)["outgoing"] == "sent"


def test_it_is_given_up_after_three_days_and_sent_again_by_hand(site: Site, hands: Hands) -> None:
    number = told(site, "person:out-4")
    hands.does = lambda sending: "not_connected"
    begun = hands.at
    until_given_up(site, hands, number)
    found = row(site, number)
    assert (found["outgoing"], found["last_error"], hands.at) == ("failed", "not_connected", begun + TRIED_FOR)
    hands.rounds()
    assert len(hands.of("person:out-4")) == found["tries"]
    staff = site.signed_in("staff", roles=("reviewer",))
    page = f"/custodian/notices/{number}/"
    assert "custodian/notices/again" in staff.get(page).content.decode()
    assert staff.post("/custodian/notices/again/", {"number": number}).headers["location"] == page
    assert row(site, number) == {
        **row(site, number), "outgoing": "waiting", "tries": 0, "again_by": staff.user.reference,
    }  # fmt: skip
    hands.does = lambda sending: ""
    hands.at = max(hands.at, datetime.now(UTC))
    hands.rounds()
    assert row(site, number)["outgoing"] == "sent"
    assert len({one.key for one in hands.of("person:out-4")}) == 1


def test_who_died_on_the_way_leaves_it_to_the_next(site: Site, hands: Hands) -> None:
    number = told(site, "person:out-5")

    def dies(sending: Sending) -> str:
        raise KeyError("the process ends here")

    hands.does = dies
    with pytest.raises(KeyError):
        hands.round()
    assert row(site, number)["outgoing"] == "waiting"
    hands.does = lambda sending: ""
    hands.rounds()
    assert len(hands.of("person:out-5")) == 1, "it is another's until its time is over"
    hands.at += notices_sending.LEASE
    hands.rounds()
    assert len(hands.of("person:out-5")) == 2 and row(site, number)["outgoing"] == "sent"


def test_one_that_fails_keeps_no_other_and_a_late_word_undoes_nothing(site: Site, hands: Hands) -> None:
    bad, good = told(site, "person:out-6"), told(site, "person:out-7")
    hands.does = lambda sending: "not_accepted" if sending.number == bad else ""
    hands.rounds()
    assert (row(site, bad)["outgoing"], row(site, good)["outgoing"]) == ("waiting", "sent")


def test_no_row_is_held_while_a_slow_gateway_thinks(site: Site, hands: Hands) -> None:
    number = told(site, "person:out-8")

    def reads(sending: Sending) -> str:
        with psycopg.connect(site.url) as owner:  # as its reader does, who looks meanwhile
            owner.execute("SET LOCAL lock_timeout = '1s'")
            owner.execute("UPDATE notices_notice SET read_at = now() WHERE id = %s", (number,))
            held = owner.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'cunguan_door' AND state = 'idle in transaction'"
            ).fetchone()
        return "" if held == (0,) else "broken_off"

    hands.does = reads
    hands.rounds()
    assert row(site, number)["outgoing"] == "sent"


def test_a_production_without_a_gateway_keeps_them(site: Site, hands: Hands) -> None:
    number = told(site, "person:out-9")
    assert hands.round(sender=None, is_sandbox=False) is False
    assert row(site, number)["outgoing"] == "waiting" and row(site, number)["tries"] == 0


# ── by a real gateway ────────────────────────────────────────────────────────
def test_the_gateway_is_told_the_phone_the_house_keeps(site: Site, hands: Hands, tmp_path: Path) -> None:
    from cunguan.desks.notices.http_sender import HttpSender
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.custodian.clients import with_persons

    kept, none = "person:L003", "person:out-10"
    details = Details("韩梅梅", "id_card", "310101197707073219", "13900007777")
    house().call(with_persons, lambda persons: persons.put(LANE, kept, details, hands.at))
    looks = site.query("SELECT count(*) FROM person_access")
    numbers = [told(site, one, "passkey_added", name="my 6222021007775559") for one in (kept, none)]
    with serving(tmp_path) as gateway:
        gateway.accepts()
        hands.sender = HttpSender(gateway.told)
        hands.rounds()
        asked = {one["reader"]: one for _, _, one in gateway.asked}
        house().call(lambda context: hands.sender.close())
    assert (asked[kept]["phone"], asked[none]["phone"]) == ("13900007777", "")
    assert "6222021007775559" not in str(asked) and "韩梅梅" not in str(asked)
    assert [row(site, number)["outgoing"] for number in numbers] == ["sent", "sent"]
    assert site.query("SELECT count(*) FROM person_access") == looks, "nobody was shown it"


def test_the_phone_of_who_is_restricted_stays_in_the_house(site: Site, hands: Hands) -> None:
    from cunguan.doors.persons.phones import phones
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.custodian.clients import with_persons

    who, details = "person:L003", Details(phone="13900008888")
    house().call(with_persons, lambda persons: persons.put(LANE, who, details, hands.at))
    assert house().call(phones, [who, "person:nobody"]) == {who: "13900008888"}
    for state, left in (("restricted", {}), ("active", {who: "13900008888"})):
        with psycopg.connect(site.url) as owner:
            owner.execute("UPDATE person_detail SET state = %s WHERE person = %s", (state, who))
        assert house().call(phones, [who]) == left


def test_a_phone_the_custodian_keeps_itself_comes_before_a_platforms(site: Site) -> None:
    from django.db import transaction

    from cunguan.desks.parties import records
    from cunguan.doors.persons.for_pages import OWN
    from cunguan.doors.persons.phones import phones
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.custodian.clients import with_persons
    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    who, now = "person:L003", datetime.now(UTC)
    with transaction.atomic():
        raise_for(Who(site.user("staff")))
        records.party(who, "person")
    for lane, phone in (
        (OWN, "13900005555"),
        (LANE, "13900006666"),
    ):  # the platform's key was stolen, and it brings another
        house().call(
            with_persons, lambda persons, at=lane, to=phone: persons.put(at, who, Details(phone=to), now, "CN")
        )
    assert house().call(phones, [who]) == {who: "13900005555"}


def test_a_gateway_that_is_silent_or_wrong_leaves_all_waiting(site: Site, hands: Hands, tmp_path: Path) -> None:
    from cunguan.desks.notices.http_sender import HttpSender

    numbers = [told(site, f"person:out-11-{n}") for n in range(3)]
    held = threading.Event()
    with serving(tmp_path) as gateway:
        gateway.answers = lambda asked: (200 if held.wait(20) else 504, b"")
        hands.sender = HttpSender(gateway.told, seconds=0.3)
        hands.round()
        held.set()
        assert {row(site, number)["last_error"] for number in numbers} == {"timed_out"}
        gateway.tells(request="another", outcome="accepted")
        hands.at += timedelta(seconds=10)
        hands.round()
        house().call(lambda context: hands.sender.close())
    assert {row(site, number)["last_error"] for number in numbers} == {"wrong_answer"}
    assert {row(site, number)["outgoing"] for number in numbers} == {"waiting"}


# ── the console ──────────────────────────────────────────────────────────────
def given_up(site: Site, hands: Hands, reader: str, why: str = "timed_out") -> int:
    """Let a notice be given up; return its number."""
    number = told(site, reader)
    hands.does = lambda sending: why
    until_given_up(site, hands, number)
    return number


def test_the_overview_counts_them_and_the_page_says_why_in_both_languages(site: Site, hands: Hands) -> None:
    number = given_up(site, hands, "person:out-12", "tls_failed")
    waits = told(site, "person:out-13")
    with psycopg.connect(site.url) as owner:
        owner.execute("UPDATE notices_notice SET at = at - interval '1 hour' WHERE id = %s", (waits,))
    staff = site.signed_in("staff", roles=("reviewer",))
    home = staff.get("/custodian/", headers={"accept-language": "en"}).content.decode()
    assert 'id="queue-notices-failed" href="/custodian/notices/"' in home
    assert 'id="queue-notices-waiting" href="/custodian/notices/"' in home
    assert "The oldest since" in home.split("Notices that wait to go out")[1][:400]
    for language, said, act in (
        ("en", "The gateway&#x27;s certificate was not believed", "Send them again"), ("zh-hans", "消息网关的证书未通过校验", "重新发送"),
    ):  # fmt: skip
        page = staff.get("/custodian/notices/", headers={"accept-language": language}).content.decode()
        assert said in page and act in page
        assert (
            said in staff.get(f"/custodian/notices/{number}/", headers={"accept-language": language}).content.decode()
        )
        assert (
            said
            in staff.get(
                "/custodian/lists/notices/?state=failed", headers={"accept-language": language}
            ).content.decode()
        )
    auditor = site.signed_in("auditor").get("/custodian/notices/", headers={"accept-language": "en"}).content.decode()
    assert "Send them again" not in auditor and "Given up" in auditor


def test_all_of_one_error_are_sent_again_at_once(site: Site, hands: Hands) -> None:
    numbers = [given_up(site, hands, f"person:out-14-{n}", "broken_off") for n in range(2)]
    other = given_up(site, hands, "person:out-15", "not_accepted")
    staff = site.signed_in("staff", roles=("maker",))
    page = staff.post(
        "/custodian/notices/again/", {"why": "broken_off"}, follow=True, headers={"accept-language": "en"}
    )
    assert "2 notices are sent again." in page.content.decode()
    assert [row(site, number)["outgoing"] for number in (*numbers, other)] == ["waiting", "waiting", "failed"]
    again = staff.post(
        "/custodian/notices/again/", {"why": "broken_off"}, follow=True, headers={"accept-language": "en"}
    )
    assert "Nothing was left to send again" in again.content.decode()


@pytest.mark.parametrize("said", [{}, {"why": "x"}, {"number": "x"}, {"number": "-1"}, {"number": "9" * 30}])
def test_what_is_no_notice_is_not_found(site: Site, said: dict[str, str]) -> None:
    assert site.signed_in("staff", roles=("maker",)).post("/custodian/notices/again/", said).status_code == 404


def test_a_notice_that_stays_in_the_portal_has_no_page(site: Site) -> None:
    number = told(site, "person:out-16", "fee_agreed", platform="P1")
    assert site.signed_in("staff").get(f"/custodian/notices/{number}/").status_code == 404


def test_the_list_goes_on_by_its_key_and_its_file_holds_all(site: Site, hands: Hands) -> None:
    from cunguan.doors.exports.making import file_of
    from cunguan.doors.portals.custodian import tables

    numbers = [told(site, f"person:out-17-{n:02}") for n in range(30)]
    staff = site.signed_in("staff")
    first = staff.get("/custodian/lists/notices/?state=waiting").content.decode()
    following = first.split('rel="next" href="')[1].split('"')[0] if 'rel="next" href="' in first else ""
    assert f"/custodian/notices/{numbers[0]}/" in first and f"/custodian/notices/{numbers[-1]}/" not in first
    if following:
        second = staff.get(f"/custodian/lists/notices/{following.replace('&amp;', '&')}").content.decode()
        assert f"/custodian/notices/{numbers[-1]}/" in second
    with psycopg.connect(site.url, autocommit=True) as owner:
        count, content = file_of(owner, tables.tables()["notices"], {"state": "waiting"})
    assert count >= 30 and b"person:out-17-29" in content


def test_the_pages_ask_little(site: Site, hands: Hands) -> None:
    number = given_up(site, hands, "person:out-18")
    staff = site.signed_in("staff", roles=("maker",))
    for page in ("/custodian/", "/custodian/notices/", f"/custodian/notices/{number}/", "/custodian/lists/notices/"):
        check(staff, page)


def test_the_figures_tell_what_waits_and_what_failed(site: Site, hands: Hands) -> None:
    given_up(site, hands, "person:out-19")
    told(site, "person:out-20")
    figures = {(name, label): figure for name, label, figure in site.query(_statement("metrics"))}
    assert figures["cunguan_notices", "failed"] >= 1 and figures["cunguan_notices", "waiting"] >= 1
    assert figures["cunguan_notices_oldest_seconds", "waiting"] >= 0


def _statement(name: str) -> str:
    from cunguan.store.sqlfiles import statement

    return str(statement(name).decode() if isinstance(statement(name), bytes) else statement(name))
