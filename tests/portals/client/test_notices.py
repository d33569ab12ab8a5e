"""Notices: every debit is told once to whom it concerns, whoever tells and however often; a reader sees his own alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from cunguan.doors.jobs import notices, notices_sending
from tests.doors.api.harness import LENDERS
from tests.plane.harness import ask, bid
from tests.portals.harness import Site


@pytest.fixture
def told(site: Site) -> Iterator[Any]:
    """Hand instructions in and tell what came of them; twice, for telling is harmless when it is done again."""
    from cunguan.doors.portals.shell.house import house

    def handed_in(*instructions: Any) -> list[Any]:
        answers = house().ask_all(1, instructions)
        for _ in range(2):
            while house().call(notices.tell):
                pass
        return answers

    handed_in()
    yield handed_in


def of(site: Site, reader: str, source: str = "") -> list[tuple[str, dict[str, Any]]]:
    return [(kind, values) for kind, values in site.query(
        "SELECT kind, values FROM notices_notice WHERE reader = %s AND source LIKE %s ORDER BY id", reader, f"{source}%")]  # fmt: skip


def test_a_debit_is_told_once_to_its_client(site: Site, told: Any) -> None:
    lender = LENDERS[0]
    before = len(of(site, f"person:{lender}"))
    told(bid(0, tag="notice", lender=lender, listing="X0", amount_minor=1_234))
    after = of(site, f"person:{lender}")
    assert len(after) == before + 1
    kind, values = after[-1]
    assert kind == "mandate_used", "the bid was made under his standing authority"
    assert (values["amount_minor"], values["currency"], values["what"], values["platform"]) == (
        1_234, "USD", "bid_hold", "P1",
    )  # fmt: skip


def test_a_debit_by_his_own_word_and_a_mandate_are_told(site: Site, told: Any) -> None:
    lender = LENDERS[1]
    told(
        ask(
            1,
            "notice:hold",
            "general_hold",
            holder=lender,
            amount_minor=500,
            authority="P",
            reason="deposit",
            until="2026-03-20",
        ),
        ask(1, "notice:mandate", "mandate_grant", holder=lender, type="bid", cap_minor=900, until="2026-09-01"),
        ask(1, "notice:revoke", "mandate_revoke", holder=lender, mandate="notice:mandate"),
    )
    kinds = [kind for kind, _ in of(site, f"person:{lender}")][-3:]
    assert kinds == ["set_aside", "mandate_granted", "mandate_revoked"]


def test_what_is_refused_is_not_told(site: Site, told: Any) -> None:
    lender = LENDERS[2]
    before = of(site, f"person:{lender}")
    told(bid(0, tag="notice-too-much", lender=lender, listing="X0", amount_minor=10**12))
    assert of(site, f"person:{lender}") == before


def test_his_page_shows_his_own_and_the_bell_counts(site: Site, told: Any) -> None:
    from cunguan.desks.notices.telling import tell

    client, other = site.signed_in("client", "person:reader-1"), site.signed_in("client", "person:reader-2")
    tell(client.user, "new_device", device="Firefox, Linux")
    tell(
        "person:reader-1",
        "debit",
        amount_minor=60_000,
        currency="CNY",
        platform="P2",
        what="withdrawal",
        instruction="W1",
    )
    page = client.get("/me/notices/", headers={"accept-language": "en"}).content.decode()
    assert "Firefox, Linux" in page and "600.00 CNY" in page and "2 unread notices" in page
    assert "Firefox, Linux" not in other.get("/me/notices/").content.decode()
    newest = site.query("SELECT max(id) FROM notices_notice WHERE reader = 'person:reader-1'")[0][0]
    assert client.post("/me/notices/read/", {"upto": newest}).status_code == 302
    assert "unread" not in client.get("/me/notices/", headers={"accept-language": "en"}).content.decode()


def test_reading_all_leaves_what_came_later_unread(site: Site) -> None:
    from cunguan.desks.notices.telling import tell

    client = site.signed_in("client", "person:reader-3")
    tell(client.user, "locked_out")
    seen = site.query("SELECT max(id) FROM notices_notice WHERE reader = 'person:reader-3'")[0][0]
    tell(client.user, "locked_out")
    client.post("/me/notices/read/", {"upto": seen})
    assert site.query("SELECT count(*) FROM notices_notice WHERE reader = 'person:reader-3' AND read_at IS NULL") == [
        (1,)
    ]


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 30])
def test_reading_up_to_nothing_is_not_found(site: Site, upto: str) -> None:
    assert site.signed_in("client").post("/me/notices/read/", {"upto": upto}).status_code == 404


def test_staff_are_told_of_their_devices_too(site: Site) -> None:
    from cunguan.desks.notices.telling import tell

    staff = site.signed_in("staff")
    tell(staff.user, "new_device", device="Edge, Windows")
    assert "Edge, Windows" in staff.get("/me/notices/").content.decode()


def test_a_kind_wants_its_values(site: Site) -> None:
    from cunguan.desks.notices.telling import tell

    with pytest.raises(TypeError, match="device"):
        tell("person:x", "new_device")


def test_what_goes_out_is_handed_on_once(site: Site) -> None:
    from cunguan.desks.notices.telling import tell
    from cunguan.doors.portals.shell.house import house

    tell("person:sent", "new_device", device="Safari")
    tell("person:sent", "fee_agreed", platform="P1")
    while house().call(notices_sending.send):
        pass
    assert site.query("SELECT kind, outgoing FROM notices_notice WHERE reader = 'person:sent' ORDER BY id") == [
        ("new_device", "sent"), ("fee_agreed", "none"),
    ]  # fmt: skip


def test_every_kind_can_be_said(site: Site) -> None:
    from django.utils import translation

    from cunguan.desks.notices.kinds import kinds
    from cunguan.desks.notices.models import Notice
    from cunguan.desks.notices.wording import said

    values = {"currency": "CNY", "until": "2026-03-02", "at": "2026-03-02T01:00:00+00:00", "what": "single"}
    for name, kind in kinds().items():
        made = Notice(
            kind=name,
            values={one: values.get(one, 5 if one.endswith("_minor") else "x") for one in (*kind.values, "currency")},
        )
        for language in ("en", "zh-hans", "zh-hant"):
            with translation.override(language):
                assert "%(" not in said(made).title + said(made).text
    assert set(notices.KINDS.values()) | set(notices.MOVES.values()) <= set(kinds())


def test_every_move_that_is_told_is_one_a_machine_makes() -> None:
    from cunguan.operations.catalogue import operations
    from cunguan.states import MACHINES

    assert all(event in MACHINES[machine].events for machine, event in notices.MOVES)
    assert set(notices.KINDS) <= set(operations())
