"""Typed names: refused once two of the staff have passkeys, outside a sandbox; the way past them is loud and is reviewed."""

import argparse
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from cunguan.doors.cli import approvals, typed_names
from cunguan.doors.cli.main import parser
from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Site


class _Wiring:
    """A database that runs."""

    def __init__(self, url: str) -> None:
        self._url = url

    def database(self) -> "_Wiring":
        return self

    status = database

    def is_up(self) -> bool:
        return True

    def start(self) -> str:
        return self._url


@pytest.fixture
def production(site: Site) -> Iterator[_Wiring]:
    """Books that are no sandbox, for the length of a test."""
    with psycopg.connect(site.url, autocommit=True) as owner:
        owner.execute("UPDATE lane_day SET sandbox = false WHERE lane = 2")
        yield _Wiring(site.url)
        owner.execute("UPDATE lane_day SET sandbox = true WHERE lane = 2")


def with_passkey(site: Site, *roles: str) -> Any:
    from allauth.mfa.models import Authenticator

    client = staff(site, *roles)
    Authenticator.objects.create(user=client.user, type=Authenticator.Type.WEBAUTHN, data={"name": uuid.uuid4().hex})
    return client


def test_in_a_sandbox_names_are_typed_as_before(site: Site) -> None:
    with_passkey(site), with_passkey(site)
    assert typed_names.refused(_Wiring(site.url), "break close", "m1", "c1", "") is None


def test_in_production_they_are_refused_when_staff_can_sign(site: Site, production: _Wiring) -> None:
    one, two = with_passkey(site), with_passkey(site)
    names = (one.user.reference, two.user.reference)
    assert "in the console" in (typed_names.refused(production, "break close", *names, "") or "")
    assert "two different people" in (typed_names.refused(production, "break close", "m1", "c1", "fire") or "")
    assert "two different people" in (typed_names.refused(production, "break close", names[0], names[0], "fire") or "")


def test_breaking_glass_is_loud_and_open_until_somebody_else_has_reviewed_it(site: Site, production: _Wiring) -> None:
    one, two = with_passkey(site, "checker"), with_passkey(site, "checker")
    names = (one.user.reference, two.user.reference)
    before = site.query("SELECT head FROM log_act_head")[0][0]
    assert typed_names.refused(production, "break close", *names, "the console is away") is None
    assert site.query(
        "SELECT count(*) FROM log_act WHERE seq > %s AND subject LIKE 'approvals_broken_glass:%%'", before
    ) == [(1,)]
    glass = site.query("SELECT id FROM approvals_broken_glass WHERE maker = %s", names[0])[0][0]
    assert site.query("SELECT count(*) > 1 FROM notices_notice WHERE source = %s", f"broken_glass:{glass}") == [(True,)]
    third, fourth = staff(site, "maker"), staff(site, "checker")
    assert glass[6:] in third.get("/custodian/").content.decode()
    assert "alert-danger" not in site.signed_in("platform", lane=1).get("/platform/").content.decode()
    refused = asked(one, "break_glass_review", 0, glass=glass, looked="mine")
    assert refused.status_code == 200, "who had a part in it does not review it"
    name = name_of(asked(third, "break_glass_review", 0, glass=glass, looked="the console was away"))
    approve(third, name)
    approve(two, name)
    assert site.query("SELECT reviewed_by FROM approvals_broken_glass WHERE id = %s", glass) == [("",)]
    approve(fourth, name)
    assert site.query("SELECT reviewed_by FROM approvals_broken_glass WHERE id = %s", glass) == [
        (third.user.reference,)
    ]
    assert glass[6:] not in third.get("/custodian/").content.decode()


def test_every_verb_with_two_names_has_the_way_past() -> None:
    with_names = [
        one for one in typed_names._leaves(parser()) if {"maker", "checker"} <= {a.dest for a in one._actions}
    ]
    assert len(with_names) > 10
    assert all("break_glass" in {action.dest for action in one._actions} for one in with_names)


def test_an_operator_does_what_was_signed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    maker, checker = staff(site, "key_admin"), staff(site, "key_admin")
    body = {"mutual_tls": "no", "legacy_rsa_sha1": "no", "rate_per_second": "1000000", "burst": "1000000"}
    name = name_of(asked(maker, "platform_profile", 1, **body))
    approve(maker, name)
    approve(checker, name)
    assert f"cunguan approvals do {name}" in checker.get(f"/custodian/approvals/{name}/").content.decode()
    wiring = _Wiring(site.url)
    assert approvals.run_do(argparse.Namespace(id=name, json=False), wiring) == 0
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("done",)]
    assert approvals.run_do(argparse.Namespace(id=name, json=False), wiring) == 1
    assert "nothing approved" in capsys.readouterr().err
