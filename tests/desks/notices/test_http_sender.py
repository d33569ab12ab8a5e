"""The message gateway: a real service over TLS is told ready words, and believed only in the form and about the request."""

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import msgspec
import pytest
from django.apps import apps

from cunguan.desks.notices.http_sender import GatewayWrong, HttpSender, Told, complaint, covered
from cunguan.desks.notices.sending import WHY, SendFailed, Sending
from cunguan.desks.notices.trying import PAUSES, TRIED_FOR, next_try
from cunguan.keys.certificates import authority
from tests.desks.notices.gateway import Gateway, serving

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
VALUES = {
    "amount_minor": 123_400,
    "currency": "CNY",
    "platform": "P1",
    "what": "withdrawal",
    "instruction": "secret-77",
}
ONE = Sending(7, AT, "client", "person:L1", None, "debit", VALUES, "en", "", "13800001234")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cunguan.config.settings")
    if not apps.ready:
        django.setup()  # the words of notices lie with the desk's app
    with serving(tmp_path_factory.mktemp("gateway")) as made:
        yield made


@pytest.fixture
def gateway(served: Gateway) -> Gateway:
    served.asked.clear()
    served.answers = lambda asked: (500, b"")
    return served


def send(told: Told, *sendings: Sending, seconds: float = 5.0) -> list[str]:
    """Hand some over at once; return why each was not taken, "" where it was."""

    async def main() -> list[str]:
        sender = HttpSender(told, seconds)
        found = await asyncio.gather(*(sender.send(one) for one in sendings or (ONE,)), return_exceptions=True)
        await sender.close()
        return [one.why if isinstance(one, SendFailed) else str(one or "") for one in found]

    return asyncio.run(main())


def test_it_is_told_ready_words_and_none_of_the_values(gateway: Gateway) -> None:
    gateway.accepts()
    assert send(gateway.told) == [""]
    path, heads, asked = gateway.asked[0]
    assert (path, heads["idempotency-key"]) == ("/notices", "notice-7-1772413200000")
    assert {name: asked[name] for name in asked if name != "request"} == {
        "key": "notice-7-1772413200000", "number": 7, "at": "2026-03-02T01:00:00+00:00", "reader_kind": "client",
        "reader": "person:L1", "lane": None, "phone": "13800001234", "kind": "debit", "language": "en",
        "title": "Money out: 1,234.00 CNY",
        "text": "1,234.00 CNY was taken from your account with P1 for: a withdrawal, on its way to your bank.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told", "title"),
    [
        ("zh-hans", "zh-hans", "支出"),
        ("zh-hant", "zh-hant", "支出"),
        ("en",      "en",      "Money out"),
        ("",        "zh-hans", "支出"),
        ("tlh",     "zh-hans", "支出"),
    ],
)  # fmt: skip
def test_words_are_in_the_readers_language(gateway: Gateway, language: str, told: str, title: str) -> None:
    gateway.accepts()
    assert send(gateway.told, msgspec.structs.replace(ONE, language=language)) == [""]
    asked = gateway.asked[0][2]
    assert asked["language"] == told and title in asked["title"] and "1,234.00 CNY" in asked["text"]


def test_an_instant_is_told_in_the_readers_zone(gateway: Gateway) -> None:
    gateway.accepts()
    recovery = {"kind": "recovery", "values": {"until": "2026-03-05T20:00:00+00:00"}, "language": "zh-hans"}
    send(gateway.told, msgspec.structs.replace(ONE, **recovery, zone="Europe/London"))
    send(gateway.told, msgspec.structs.replace(ONE, **recovery))
    london, shanghai = (asked["text"] for _, _, asked in gateway.asked)
    assert "20:00" in london and "2026年3月6日 04:00" in shanghai


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 6222 0210 0777 5559.",    "card **** 5559."),
        ("6222021007775559",             "**** 5559"),
        ("a-6222-0210-0777-5559",        "a-**** 5559"),
        ("1234567890123 and 7",          "**** 0123 and 7"),
        ("123456789012",                 "123456789012"),       # no account is so short
        ("1234567.00 CNY, 2026-03-02",   "1234567.00 CNY, 2026-03-02"),
    ],
)  # fmt: skip
def test_a_number_of_an_account_or_a_card_is_covered(text: str, shown: str) -> None:
    assert covered(text) == shown


def test_a_name_of_a_passkey_that_is_a_card_number_is_covered_too(gateway: Gateway) -> None:
    gateway.accepts()
    name = {"kind": "passkey_added", "values": {"name": "6222021007775559"}}
    assert send(gateway.told, msgspec.structs.replace(ONE, **name)) == [""]
    assert "6222021007775559" not in str(gateway.asked) and "5559" in gateway.asked[0][2]["text"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"outcome": "refused"},                        "not_accepted"),
        ({"outcome": "maybe"},                          "wrong_answer"),
        ({},                                            "wrong_answer"),
        ({"request": "another", "outcome": "accepted"}, "wrong_answer"),
        ({"request": None, "outcome": "accepted"},      "wrong_answer"),
    ],
)  # fmt: skip
def test_all_but_accepted_is_not_taken(gateway: Gateway, said: dict[str, Any], why: str) -> None:
    gateway.tells(**said)
    assert send(gateway.told) == [why]


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (500, b"",             "status"),
        (302, b"",             "status"),
        (204, b"",             "status"),
        (200, b"",             "wrong_answer"),
        (200, b"<html>",       "wrong_answer"),
        (200, b" " * 100_000,  "wrong_answer"),
        (200, b"null",         "wrong_answer"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_taken(gateway: Gateway, status: int, content: bytes, why: str) -> None:
    gateway.answers = lambda asked: (status, content)
    assert send(gateway.told) == [why]
    assert len(gateway.asked) == 1, "no redirect is followed, nothing is asked twice"


def test_who_is_not_there_or_not_known_is_told_nothing(gateway: Gateway, tmp_path: Path) -> None:
    gateway.accepts()
    (tmp_path / "other.pem").write_bytes(authority("other", datetime.now(UTC)).cert)
    stranger = msgspec.structs.replace(gateway.told, ca=str(tmp_path / "other.pem"))
    assert send(stranger) == ["tls_failed"]
    assert send(msgspec.structs.replace(gateway.told, url="https://127.0.0.1:9")) == ["not_connected"]
    assert send(msgspec.structs.replace(gateway.told, cert="", key="")) != [""], (
        "without our certificate nothing is taken"
    )
    assert gateway.asked == []


def test_no_proxy_is_asked(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    gateway.accepts()
    assert send(gateway.told) == [""]


def test_a_slow_gateway_holds_none_up_for_longer_than_its_time(gateway: Gateway) -> None:
    held = threading.Event()
    gateway.answers = lambda asked: (200 if held.wait(20) else 504, b"")
    others = [msgspec.structs.replace(ONE, number=number) for number in range(8)]
    assert send(gateway.told, *others, seconds=0.5) == ["timed_out"] * 8
    held.set()


@pytest.mark.parametrize("changed", [{"kind": "of_newer_code"}, {"values": {}}, {"zone": "Nowhere/At all"}])
def test_what_has_no_words_is_ours_to_mend(gateway: Gateway, changed: dict[str, Any]) -> None:
    gateway.accepts()
    assert send(gateway.told, msgspec.structs.replace(ONE, **changed)) == ["no_words"]


def test_every_reason_is_said_to_people(gateway: Gateway) -> None:
    from cunguan.desks.notices import wording

    assert set(wording.WHY) == WHY and max(map(len, WHY)) <= 24


# ── which is on ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("url", ["http://gateway.example", "gateway.example", "https://", "file:///etc/passwd"])
def test_notices_leave_by_tls_alone(url: str) -> None:
    with pytest.raises(GatewayWrong, match="CUNGUAN_NOTICE_URL"):
        HttpSender(Told(url))


def test_a_start_complains_of_a_gateway_that_cannot_be_used_and_not_of_none(gateway: Gateway, tmp_path: Path) -> None:
    assert complaint(Told()) == "" == complaint(gateway.told)
    assert "https" in complaint(Told("http://gateway.example"))
    assert "certificates" in complaint(Told("https://gateway.example", str(tmp_path / "none.pem")))
    assert "CUNGUAN_NOTICE_URL" in complaint(Told(ca=gateway.told.ca)), "certificates alone are a mistake"


# ── trying again ─────────────────────────────────────────────────────────────
def test_pauses_grow_and_the_last_try_is_three_days_after_the_first() -> None:
    now, tries, pauses = AT, 1, []
    while (next_at := next_try(tries, AT, now)) is not None:
        pauses.append(next_at - now)
        now, tries = next_at, tries + 1
    assert now == AT + TRIED_FOR and tuple(pauses[: len(PAUSES)]) == PAUSES
    assert all(pause <= PAUSES[-1] for pause in pauses) and len(pauses) < 20


@pytest.mark.parametrize(("late", "is_given_up"), [(timedelta(0), True), (timedelta(microseconds=-1), False)])
def test_it_is_given_up_at_three_days_and_not_before(late: timedelta, is_given_up: bool) -> None:
    assert (next_try(3, AT, AT + TRIED_FOR + late) is None) == is_given_up
