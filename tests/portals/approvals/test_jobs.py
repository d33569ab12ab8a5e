"""Approvals, by themselves: what was not signed in time expires, and what nobody heard the end of is handed in again, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from cunguan.doors.jobs import approvals
from cunguan.doors.portals.shell.house import house
from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Site

STATE = "SELECT state, code FROM approvals_proposal WHERE id = %s"
GIVEN = "SELECT count(*) FROM instruction WHERE lane = 1 AND id = %s"


@pytest.fixture
def unheard(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """A proposal that was approved in a process that died before it asked."""
    monkeypatch.setattr("cunguan.doors.portals.custodian.approvals.do", lambda name, reader: None)
    monkeypatch.setattr(approvals, "PATIENCE", timedelta(0))
    maker, checker = staff(site, "maker"), staff(site, "checker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="7", reason="agreed"))
    approve(maker, name)
    approve(checker, name)
    assert site.query(STATE, name) == [("approved", None)]
    return name


def test_what_nobody_asked_is_handed_in_once(site: Site, unheard: str) -> None:
    for _ in range(2):
        house().call(approvals.ask_again)
    assert site.query(STATE, unheard) == [("done", 0)]
    assert site.query(GIVEN, unheard) == [(1,)]


def test_what_stays_unknown_stays_approved(site: Site, unheard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object) -> Any:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(type(house().context.asks), "ask", silent)
        assert house().call(approvals.ask_again) == 0
    assert site.query("SELECT state, ended_at, asked_at IS NULL FROM approvals_proposal WHERE id = %s", unheard) == [
        ("approved", None, False)
    ]
    house().call(approvals.ask_again)
    assert site.query(STATE, unheard) == [("done", 0)]


def test_what_was_altered_is_never_handed_in(site: Site, unheard: str) -> None:
    with psycopg.connect(site.url, autocommit=True) as owner:
        owner.execute("ALTER TABLE approvals_version DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE approvals_version SET canonical = canonical || 'x'::bytea WHERE proposal_id = %s", (unheard,)
        )
        house().call(approvals.ask_again)
        assert site.query(STATE, unheard) == [("approved", None)]
        assert site.query(GIVEN, unheard) == [(0,)]
        owner.execute(
            "UPDATE approvals_version SET canonical = substr(canonical, 1, length(canonical) - 1) WHERE proposal_id = %s", (unheard,)
        )  # fmt: skip
        owner.execute("ALTER TABLE approvals_version ENABLE TRIGGER USER")
    house().call(approvals.ask_again)
    assert site.query(STATE, unheard) == [("done", 0)]


def test_what_was_not_signed_in_time_has_expired(site: Site) -> None:
    from django.db import transaction

    from cunguan.desks.approvals.proposing import DAYS, propose
    from cunguan.desks.people.models import RoleGrant
    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    now, names = datetime.now(UTC), []
    maker = Who(site.user("staff"))
    RoleGrant.objects.create(user=maker.user, role="maker", maker="m1", checker="c1", since=now - timedelta(days=30))
    for since in (now - timedelta(days=DAYS), now - timedelta(days=DAYS) + timedelta(hours=1)):
        with transaction.atomic():
            raise_for(maker)
            names.append(
                propose(maker, "pool_line", 1, {"pool": "main", "line_minor": 5, "reason": "r"}, "why", now=since).id
            )
    assert house().call(approvals.expire) >= 1
    assert [site.query(STATE, name)[0][0] for name in names] == ["expired", "open"]


def test_every_kind_of_instruction_is_asked_again() -> None:
    from cunguan.desks.approvals.kinds import kinds

    assert approvals.kinds() == {name for name, kind in kinds().items() if kind.act is None}
