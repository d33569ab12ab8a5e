"""`cunguan people`: two names for everything that lets somebody in, and no role past the approvals once there are people to approve."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from cunguan.store import roles
from tests.plane.harness import as_role
from tests.portals.device import Device, make
from tests.portals.harness import Site

#: two of staff with passkeys, who break the glass: wherever these tests are run, typed names of others may count no more
TWO = ("--maker", "cli-one", "--checker", "cli-two", "--break-glass", "a test")


@pytest.fixture(scope="module")
def two(site: Site) -> None:
    from cunguan.desks.people import clock, invitations

    for name in ("cli-one", "cli-two"):
        secret = invitations.invite("staff", name, clock.now(), maker="A", checker="B")
        assert make(site.anybody(), f"/invited/{secret}/", Device()).status_code == 302


@pytest.fixture
def people(site: Site, two: None) -> Callable[..., tuple[int, str, str]]:
    """Return the verb, run as an operator runs it."""
    environ = {
        **os.environ, "CUNGUAN_HOME": str(site.home), "DATABASE_URL": site.url, "CUNGUAN_WEB_URL": as_role(site.url, roles.WEB),
        "CUNGUAN_PORTAL_ADDRESS": "http://localhost:8423",
    }  # fmt: skip

    def run(*words: str) -> tuple[int, str, str]:
        argv = [sys.executable, "-m", "cunguan.config.main", "people", *words]
        done = subprocess.run(argv, env=environ, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    return run


def test_two_people_invite_and_the_link_works(
    site: Site, somebody: Callable[..., Any], people: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, _ = people("invite", "--kind", "auditor", "--reference", "cli-auditor", *TWO, "--json")
    assert code == 0
    page = json.loads(out)["link"].removeprefix("http://localhost:8423")
    assert make(somebody(), page, Device()).status_code == 302
    code, out, _ = people("list", "--kind", "auditor", "--json")
    (listed,) = [one for one in json.loads(out) if one["reference"] == "cli-auditor"]
    assert (listed["passkeys"], listed["sessions"], listed["is_active"]) == (1, 1, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [(("invite", "--kind", "staff", "--reference", "x", "--maker", "cli-one", "--checker", "cli-one"), 0),
     (("invite", "--kind", "platform", "--reference", "x", *TWO), 2),
     (("invite", "--kind", "staff", "--reference", "x", "--lane", "1", *TWO), 2),
     (("invite", "--kind", "auditor", "--reference", "x", "--role", "maker", *TWO), 1),
     (("invite", "--kind", "staff", "--reference", "nobody", "--again", *TWO), 1),
     (("end-sessions", "--kind", "staff", "--reference", "nobody"), 1)],
    ids=["one name", "no lane", "a lane of staff", "no such role", "nobody again", "nobody's sessions"],
)  # fmt: skip
def test_is_refused(people: Callable[..., tuple[int, str, str]], words: tuple[str, ...], code: int) -> None:
    found, _, said = people(*words)
    assert found in ((code,) if code else (1, 2)), said
    assert said


def test_roles_go_by_approval_once_two_of_staff_have_passkeys(
    site: Site, people: Callable[..., tuple[int, str, str]]
) -> None:
    from cunguan.desks.notices.models import Notice
    from cunguan.desks.people import granting
    from cunguan.desks.people.models import RoleGrant, User

    assert granting.is_begun()
    code, _, said = people("invite", "--kind", "staff", "--reference", "x", "--role", "maker", *TWO)
    assert (code, "approved in the console" in said) == (1, True)
    grant = ("grant", "--kind", "staff", "--reference", "cli-one", "--role", "viewer")
    assert people(*grant, *TWO[:4])[0] == 1
    code, _, said = people(*grant, *TWO)
    assert code == 0, said
    (made,) = RoleGrant.objects.filter(user__reference="cli-one")
    assert made.until is not None
    assert made.until - made.since == granting.BREAK_GLASS
    other = User.objects.get(reference="cli-two")
    assert Notice.objects.filter(reader=f"user:{other.pk}", kind="broken_glass").exists()


def test_who_is_disabled_is_out_at_once(
    site: Site, somebody: Callable[..., Any], people: Callable[..., tuple[int, str, str]]
) -> None:
    from cunguan.desks.people import clock, invitations
    from tests.portals.device import use

    client, device = somebody(), Device()
    secret = invitations.invite("staff", "cli-left", clock.now(), roles=["maker"], maker="A", checker="B")
    make(client, f"/invited/{secret}/", device)
    assert client.get("/custodian/").status_code == 200
    assert people("disable", "--kind", "staff", "--reference", "cli-left", "--reason", "left", *TWO)[0] == 0
    assert client.get("/custodian/").status_code == 302
    assert use(somebody(), device).status_code == 400
    of_his = "FROM people_role r JOIN people_user u ON u.id = r.user_id WHERE u.reference = 'cli-left'"
    assert site.query(f"SELECT count(*) {of_his} AND r.until IS NULL") == [(0,)]
