"""Proposing: who may ask, who may sign, and what an edit does to signatures."""

from typing import Any

from tests.portals.harness import Site


def given() -> Any:
    from cunguan.desks.approvals.proposing import Given

    return Given(b"shown", "webauthn_es256", "key", b"public", b"assertion")


def reader(site: Site, *roles: str) -> Any:
    from cunguan.doors.portals.shell.reader import Who

    user = site.user("staff", roles=roles)
    return Who(user)


def test_one_asks_and_another_signs(site: Site) -> None:
    from django.db import transaction

    from cunguan.desks.approvals import proposing
    from cunguan.doors.portals.shell.wall import raise_for

    maker, checker = reader(site, "maker"), reader(site, "checker")
    with transaction.atomic():
        raise_for(maker)
        one = proposing.propose(maker, "pool_line", 1, {"pool": "main", "line_minor": 5, "reason": "r"}, "why")
        proposing.sign(maker, one.id, 1, given())
        one = proposing.sign(checker, one.id, 1, given())
        assert one.state == "approved"
