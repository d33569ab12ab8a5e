"""Records: what was found out is never rewritten, nothing is a yes by being absent, and nobody reads who it is from a table."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from cunguan.kernel.codes import Code
from tests.portals.harness import Site

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@contextmanager
def behind_the_wall(kind: str = "staff", reference: str = "s1", lane: int | None = None) -> Iterator[None]:
    from django.db import transaction

    from cunguan.doors.portals.shell.wall import raise_for

    with transaction.atomic():
        raise_for(SimpleNamespace(kind=kind, reference=reference, lane=lane))  # type: ignore[arg-type]  # what it reads
        yield


def name(what: str) -> str:
    return f"person:{what}-{uuid.uuid4().hex[:8]}"


def passed(days: int = 365) -> Any:
    from cunguan.desks.parties.identity import Verified

    return Verified("asked", f"E-{uuid.uuid4().hex[:6]}", NOW, TODAY + timedelta(days=days), 4)


def clear() -> Any:
    from cunguan.desks.parties.identity import Clear

    return Clear("lists", "S-1", NOW)


def test_somebody_is_known_when_all_he_needs_has_passed(site: Site) -> None:
    from cunguan.desks.parties import records

    with behind_the_wall():
        who = records.party(name("known"), "person", NOW)
        records.record(who, records.ELEMENTS, passed(), now=NOW)
        assert (who.state, records.missing(who, TODAY)) == ("collecting", ["screening"])
        records.record(who, records.SCREENING, clear(), now=NOW)
        assert (who.state, who.check_by) == ("verified", TODAY + timedelta(days=30)), "the earliest end counts"
        assert records.is_fresh(who.person, records.SCREENING, NOW)
        assert not records.is_fresh(who.person, records.SCREENING, NOW + timedelta(days=31))


def test_no_answer_is_no_yes_and_a_hit_waits_for_two_people(site: Site) -> None:
    from cunguan.desks.parties import records
    from cunguan.desks.parties.identity import Found, Hit, NotVerified

    with behind_the_wall():
        who = records.party(name("hit"), "person", NOW)
        records.record(who, records.ELEMENTS, passed(), now=NOW)
        doubt = records.record(who, records.SCREENING, NotVerified(Code.in_doubt, "no answer", "lists"), now=NOW)
        assert (doubt.outcome, who.state) == ("in_doubt", "collecting")
        hit = records.record(
            who, records.SCREENING, Found("lists", "S-2", (Hit("sanctions", "entry 7", 100),)), now=NOW
        )
        assert (hit.outcome, who.state) == ("hit", "in_review")
        assert "entry 7" not in str(hit.__dict__), "which entry it is stays with the screening's own people"
        assert records.decide(who, "checked", "m1", "c1", "", "", NOW) is Code.state_forbids
        assert records.decide(who, "cleared", "m1", "c1", "another birth date", "case 9", NOW) is Code.done
        assert who.state == "verified"


def test_what_was_found_out_is_never_changed(site: Site) -> None:
    from cunguan.desks.parties import records
    from cunguan.desks.parties.models import Check

    with behind_the_wall():
        who = records.party(name("kept"), "person", NOW)
        check = records.record(who, records.ELEMENTS, passed(), now=NOW)
    from django.db import DatabaseError

    for act in (lambda: Check.objects.filter(pk=check.pk).update(outcome="failed"), check.delete):
        with pytest.raises(DatabaseError), behind_the_wall():
            act()
    with psycopg.connect(site.url) as owner, pytest.raises(psycopg.Error):
        owner.execute("UPDATE parties_check SET outcome = 'failed' WHERE id = %s", (check.pk,))


def test_a_client_sees_what_is_about_himself_and_a_platform_nothing(site: Site) -> None:
    from cunguan.desks.parties import records
    from cunguan.desks.parties.models import Check, Party

    mine, other = name("mine"), name("other")
    with behind_the_wall("client", mine):
        records.record(records.party(mine, "person", NOW), records.ELEMENTS, passed(), now=NOW)
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), behind_the_wall("client", mine):
        records.party(other, "person", NOW)
    with behind_the_wall():
        records.record(records.party(other, "person", NOW), records.ELEMENTS, passed(), now=NOW)
    with behind_the_wall("client", mine):
        assert list(Party.objects.values_list("person", flat=True)) == [mine]
        assert set(Check.objects.values_list("person", flat=True)) == {mine}
    for kind, lane in (("platform", 1), ("", None)):
        with behind_the_wall(kind, mine, lane):
            assert not Party.objects.exists() and not Check.objects.exists()


@pytest.mark.parametrize(
    ("shares", "note", "code"),
    [
        ([],                                             "",        Code.owners_do_not_add_up),
        ([("A", 6_000, "shares")],                       "",        Code.owners_do_not_add_up),  # 40 % hidden
        ([("A", 6_000, "shares")],                       "listed",  None),
        ([("A", 6_000, "shares"), ("B", 1_500, "shares")], "",      Code.owners_do_not_add_up),  # exactly a quarter hidden
        ([("A", 6_000, "shares"), ("B", 1_501, "shares")], "",      None),
        ([("A", 2_499, "shares"), ("B", 2_499, "shares"), ("C", 2_499, "shares"), ("D", 2_499, "shares")], "",
         Code.owners_do_not_add_up),  # nobody has a quarter, nobody manages
        ([("A", 2_499, "shares"), ("B", 2_499, "shares"), ("C", 2_499, "shares"), ("D", 2_499, "management")], "", None),
        ([("X", 10_000, "shares")],                      "",        Code.person_not_verified),
    ],
)  # fmt: skip
def test_who_owns_a_company_is_told_or_explained(
    site: Site, shares: list[tuple[str, int, str]], note: str, code: Code | None
) -> None:
    from cunguan.desks.parties import records

    with behind_the_wall():
        company = records.party(name("company"), "company", NOW)
        company.owners_note = note
        for owner, share, control in shares:
            person = f"{company.person}:{owner}"
            assert records.name_owner(company, person, share, control, "s1", NOW) is Code.done
            if owner != "X":
                known = records.party(person, "owner", NOW)
                records.record(known, records.ELEMENTS, passed(), now=NOW)
                records.record(known, records.SCREENING, clear(), now=NOW)
        assert records.owned(company, TODAY).code is code
        check = records.check_owners(company, "s1", NOW)
        assert check.outcome == ("passed" if code is None else "failed")


def test_an_owner_fits_a_whole_and_is_not_the_company(site: Site) -> None:
    from cunguan.desks.parties import records

    with behind_the_wall():
        company = records.party(name("company"), "company", NOW)
        owner = f"{company.person}:A"
        assert records.name_owner(company, company.person, 10, "shares", "s1", NOW) is Code.details_differ
        assert records.name_owner(company, owner, 10, "magic", "s1", NOW) is Code.details_missing
        assert records.name_owner(company, owner, 0, "shares", "s1", NOW) is Code.details_missing
        assert records.name_owner(company, owner, 10_001, "shares", "s1", NOW) is Code.details_missing
        assert records.name_owner(company, owner, 6_000, "shares", "s1", NOW) is Code.done
        assert records.name_owner(company, f"{owner}2", 4_001, "shares", "s1", NOW) is Code.owners_do_not_add_up
        assert records.name_owner(company, owner, 5_000, "shares", "s1", NOW) is Code.done, "in place of what was said"
        assert [row.share_bp for row in records.owners_of(company.person, TODAY)] == [5_000]
        assert records.end_owner(company, owner, NOW) is Code.done
        assert records.owners_of(company.person, TODAY) == []
        assert records.end_owner(company, owner, NOW) is Code.not_found


def test_a_consent_is_to_one_purpose_and_ends_at_once(site: Site) -> None:
    from cunguan.desks.parties import records

    person = name("face")
    with behind_the_wall("client", person):
        assert not records.has_consent(person, records.FACE)
        records.consent(person, records.FACE, "2026-11", "zh-hans", NOW)
        assert records.has_consent(person, records.FACE) and not records.has_consent(person, "marketing")
        assert records.end_consent(person, records.FACE, NOW) == 1
        assert not records.has_consent(person, records.FACE)


def test_a_verdict_is_kept_signed_and_without_a_picture(site: Site) -> None:
    from cunguan.desks.parties import identity, records
    from cunguan.desks.parties.models import Check
    from cunguan.desks.parties.ports.sandbox_liveness import KEY, SandboxLiveness
    from cunguan.desks.parties.ports.verdicts import is_signed

    with behind_the_wall():
        who = records.party(name("live"), "person", NOW)
        said = identity.liveness_verdict("S9", "recovery", who.person, liveness=SandboxLiveness())
        records.record(who, records.LIVENESS, said, now=NOW)
        kept = Check.objects.get(person=who.person)
        assert (kept.evidence, kept.outcome) == ("S9", "passed")
        assert is_signed(bytes(kept.said), bytes(kept.signature), bytes(KEY.verify_key))


def test_what_is_too_old_falls_due(site: Site) -> None:
    from cunguan.desks.parties import records
    from cunguan.desks.parties.models import Party
    from cunguan.doors.jobs.parties import fall_due
    from cunguan.doors.portals.shell.house import house

    today = house().context.clock.now()
    with behind_the_wall():
        who = records.party(name("old"), "person", today)
        records.record(who, records.ELEMENTS, passed(), now=today)
        records.record(who, records.SCREENING, clear(), now=today - timedelta(days=40))
        Party.objects.filter(pk=who.pk).update(state="verified", check_by=today.date() - timedelta(days=10))
    assert house().call(fall_due)["parties_fall_due"] >= 1
    with behind_the_wall():
        assert Party.objects.get(pk=who.pk).state == "due"
        who = records.party(who.person, "person", today)
        records.record(who, records.SCREENING, clear(), now=today)
        assert who.state == "verified", "a fresh check brings him back"
