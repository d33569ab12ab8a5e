"""Acts that are no instructions: a key of an attester is registered and ended by an operator, a safeguarding run is signed off."""

import argparse
import base64
from datetime import UTC, datetime

import psycopg
import pytest

from cunguan.doors.cli import approvals
from cunguan.doors.safeguarding import keeping
from cunguan.keys.algorithms import algorithm
from cunguan.store import roles
from tests.doors.safeguarding.test_monthly import run as made_run
from tests.plane.harness import as_role
from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.approvals.test_typed_names import _Wiring
from tests.portals.harness import Site


def done_by_operator(site: Site, name: str) -> int:
    return approvals.run_do(argparse.Namespace(id=name, json=False), _Wiring(site.url))


def test_a_key_of_an_attester_is_registered_and_ended_by_two_people(site: Site) -> None:
    maker, checker = staff(site, "key_admin"), staff(site, "key_admin")
    kind = algorithm("ed25519")
    public = base64.b64encode(kind.signer(kind.generate())[1]).decode()
    name = name_of(
        asked(maker, "liability_key", 0, name="Auditors A", role="auditor", public_key=public, algorithm="ed25519")
    )
    approve(maker, name)
    assert done_by_operator(site, name) == 1, "one is not two"
    approve(checker, name)
    assert done_by_operator(site, name) == 0
    two = (maker.user.reference, checker.user.reference)
    ((key, *names),) = site.query("SELECT id, maker, checker FROM liability_key WHERE public_key = %s", public)
    assert tuple(names) == two
    again = name_of(asked(maker, "liability_key_end", 0, key=key, reason="lost"))
    approve(maker, again)
    approve(checker, again)
    assert done_by_operator(site, again) == 0
    assert site.query("SELECT maker, checker, reason FROM liability_key_end WHERE key = %s", key) == [(*two, "lost")]


def test_a_key_that_cannot_be_read_is_not_asked_for(site: Site) -> None:
    answer = asked(
        staff(site, "key_admin"), "liability_key", 0, name="A", role="bank", public_key="no key", algorithm="ed25519"
    )
    assert answer.status_code == 200


@pytest.fixture
def run(site: Site) -> int:
    """A stored run of somebody's."""
    with psycopg.connect(as_role(site.url, roles.DOOR), autocommit=True) as door:
        made = made_run(1, 1, 100, 100, 100)
        return keeping.keep(door, made.outcome, None, (), "ann", datetime.now(UTC), due=made.outcome.date)


def test_a_safeguarding_run_is_signed_off_once_by_who_checks(site: Site, run: int) -> None:
    maker, checker = staff(site, "reconciler"), staff(site, "reconciler")
    names = [
        name_of(asked(maker, "safeguarding_sign_off", 1, run=run, looked="read against the statements"))
        for _ in range(2)
    ]
    page = checker.get("/custodian/safeguarding/").content.decode()
    assert f"safeguarding_sign_off/?lane=1&amp;run={run}" in page or f"run={run}" in page
    for name in names:
        approve(maker, name)
        approve(checker, name)
    assert site.query("SELECT reviewer FROM safeguarding_sign_off WHERE run = %s", run) == [(checker.user.reference,)]
    found = site.query("SELECT state FROM approvals_proposal WHERE id = ANY(%s) ORDER BY state", names)
    assert found == [("done",), ("refused",)]
    assert asked(maker, "safeguarding_sign_off", 1, run=run, looked="again").status_code == 200, "it is signed off"
